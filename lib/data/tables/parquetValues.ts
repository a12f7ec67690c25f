import { dateOf, decimalOf, decoded, RoundedNumbers } from '../columns/index.js';
import { unlike } from './values.js';
import { doubledName, mayBeUnheld, unheldNumbers } from './writtenJson.js';

/** What hyparquet makes of stored values. Times between milliseconds belong to the one before them, as Arrow's do. */
export const PARSERS = {
  timestampFromMicroseconds: (value: bigint) => instant(value, 1_000n, 3),
  timestampFromNanoseconds: (value: bigint) => instant(value, 1_000_000n, 6),
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && textOf(bytes),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && json(textOf(bytes)),
};

function instant(value: bigint, by: bigint, digits: number): Date {
  const finer = ((value % by) + by) % by;
  return dateOf(Number((value - finer) / by), Number(finer), digits);
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoded(bytes, 0, bytes.length);
  } catch {
    throw new Error("a text isn't UTF-8, as Parquet's texts are");
  }
}

/** @throws Error for a number that would be rounded, and for a name that is there twice */
function json(text: string): unknown {
  for (const { token } of mayBeUnheld(text) ? unheldNumbers(text) : [])
    throw new Error(`${token} is at or beyond ±2^53, where numbers are whole no longer: write it as text`);
  const value: unknown = JSON.parse(text);
  const doubled = typeof value === 'object' && value !== null ? doubledName(text, value) : undefined;
  if (doubled !== undefined) throw new Error(`two members are called '${doubled}'`);
  return value;
}

/** Where values are, for errors. */
export interface ColumnPlace {
  readonly file: string;
  readonly name: string;
  /** Position of the first value in the file. */
  readonly from: number;
}

/** Decimals as they are stored: whole numbers, or their octets, the highest first. @throws TableError as {@link plainNumbers} */
export function decimalsOf(
  values: ArrayLike<unknown>,
  scale: number,
  { file, name, from }: ColumnPlace,
): RoundedNumbers {
  const numbers = new RoundedNumbers(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const stored = values[i];
    if (stored === null || stored === undefined) {
      numbers[i] = Number.NaN;
      continue;
    }
    const whole = stored instanceof Uint8Array ? wholeOf(stored) : BigInt(String(stored));
    const { value, exact } = decimalOf(whole, scale);
    if (typeof value === 'bigint') throw unlike(value, { file, column: name, row: from + i });
    numbers[i] = value;
    if (typeof exact === 'string') numbers.texts.set(i, exact);
  }
  return numbers;
}

function wholeOf(octets: Uint8Array): bigint {
  const hex = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex');
  return hex === '' ? 0n : BigInt.asIntN(8 * octets.length, BigInt(`0x${hex}`));
}

/** Numbers as they are; whole ones that are wider than a number's, and null, become numbers. */
export function plainNumbers(
  values: ArrayLike<unknown>,
  type: string,
  { file, name, from }: ColumnPlace,
): ArrayLike<number> {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array)
    return values;
  const numbers = new (type === 'FLOAT' ? Float32Array : Float64Array)(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      numbers[i] = Number.NaN;
      continue;
    }
    const number = Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(number))
      throw unlike(value, { file, column: name, row: from + i });
    numbers[i] = number;
  }
  return numbers;
}
