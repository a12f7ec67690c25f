import { isLittleEndian } from '../../../util/endian.js';
import { fromHalfBits, halfBits } from '../../../util/half.js';
import type { NumberDatatype, NumberElements } from '../datatypes.js';

/** Which values beside the datatype's own are taken as elements. */
export interface Taken {
  /** NaN and infinities. JSON has none: there an infinity is a number beyond the range of doubles. */
  readonly nonFinite: boolean;
  /** null as NaN. Servers that can't write NaN write null. */
  readonly missing: boolean;
}

/** The least magnitudes that round to infinity. */
const TOO_LARGE = { FP16: 65_520, FP32: 2 ** 128 - 2 ** 103, FP64: Number.POSITIVE_INFINITY } as const;

/**
 * Writes values into elements, from one of them on.
 *
 * @returns the position, among the values, of the first one that isn't of the datatype; -1 without one
 */
export function fill(
  datatype: NumberDatatype,
  values: ArrayLike<unknown>,
  elements: NumberElements,
  from: number,
  taken: Taken,
): number {
  if (elements instanceof Float32Array || elements instanceof Float64Array) {
    if (datatype === 'FP16') return fillHalves(values, elements, from, taken);
    return fillFloats(values, elements, from, datatype === 'FP32' ? TOO_LARGE.FP32 : TOO_LARGE.FP64, taken);
  }
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    return fillWide(values, elements, from);
  }
  return datatype === 'BOOL' ? fillFlags(values, elements, from) : fillWhole(values, elements, from);
}

function fillFloats(
  values: ArrayLike<unknown>,
  elements: Float32Array | Float64Array,
  from: number,
  tooLarge: number,
  { nonFinite, missing }: Taken,
): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'number') {
      if (!(value < tooLarge && value > -tooLarge) && !(nonFinite && value - value !== 0)) return i;
      elements[from + i] = value;
    } else if (value === null && missing) elements[from + i] = Number.NaN;
    else return i;
  }
  return -1;
}

/** Numbers are rounded once, not by way of the 32 bits that hold them. */
function fillHalves(
  values: ArrayLike<unknown>,
  elements: Float32Array | Float64Array,
  from: number,
  taken: Taken,
): number {
  const bad = fillFloats(values, elements, from, TOO_LARGE.FP16, taken);
  const end = bad < 0 ? values.length : bad;
  for (let i = 0; i < end; i++) {
    const value = values[i];
    if (typeof value === 'number') elements[from + i] = fromHalfBits(halfBits(value));
  }
  return bad;
}

/** What an array of whole numbers can't hold is another number once it is stored. */
function fillWhole(
  values: ArrayLike<unknown>,
  elements: Exclude<NumberElements, BigInt64Array | BigUint64Array>,
  from: number,
): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') return i;
    elements[from + i] = value;
    if (elements[from + i] !== value) return i;
  }
  return -1;
}

function fillFlags(
  values: ArrayLike<unknown>,
  elements: Exclude<NumberElements, BigInt64Array | BigUint64Array>,
  from: number,
): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === true || value === 1) elements[from + i] = 1;
    else if (value === false || value === 0) elements[from + i] = 0;
    else return i;
  }
  return -1;
}

const [LOW, HIGH] = isLittleEndian ? [0, 1] : [1, 0];

/** Numbers are stored as two halves: a BigInt for each would be allocated. */
function fillWide(
  values: ArrayLike<unknown>,
  elements: BigInt64Array | BigUint64Array,
  from: number,
): number {
  const halves = new Int32Array(elements.buffer, elements.byteOffset, 2 * elements.length);
  const isSigned = elements instanceof BigInt64Array;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value) || (value < 0 && !isSigned)) return i;
      halves[2 * (from + i) + LOW] = value;
      halves[2 * (from + i) + HIGH] = Math.floor(value / 2 ** 32);
    } else if (typeof value === 'bigint') {
      elements[from + i] = value;
      if (elements[from + i] !== value) return i;
    } else return i;
  }
  return -1;
}
