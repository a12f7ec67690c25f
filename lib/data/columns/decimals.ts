import { Chunk, type ChunkPlace, type Validity } from './chunk.js';
import { wordsOf } from './numbers.js';

/** Powers of ten up to which doubles are exact. */
const EXACT = 22;
const HIGH = 2 ** 32;

/** Whole numbers below it have at most 15 digits, which the shortest text of a double always gives back. */
const HELD = 1e15;

/**
 * A decimal number of any size.
 *
 * @param scale digits of `whole` after the point; below 0, zeros before it
 * @returns its value, the nearest double, or a bigint for a whole number at or beyond ±2^53; and what stands for it
 * exactly: the same, or its text where the double is written with other digits
 */
export function decimalOf(
  whole: bigint,
  scale: number,
): { value: number | bigint; exact: number | bigint | string } {
  const power = 10n ** BigInt(Math.abs(scale));
  const number = Number(`${whole}e${-scale}`);
  if (scale <= 0 || whole % power === 0n) {
    const value = scale <= 0 ? whole * power : whole / power;
    const held = Number.isSafeInteger(Number(value)) ? Number(value) : value;
    return { value: held, exact: held };
  }
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const text = `${whole < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return { value: number, exact: hasDigits(text, number) ? number : text };
}

/** Whether the number that is nearest to a text is written with the same digits. */
function hasDigits(text: string, number: number): boolean {
  return digitsOf(text) === digitsOf(number.toExponential());
}

/** Digits that count, of a number with or without an exponent. */
export function digitsOf(text: string): string {
  return text.replace(/^[+-]|\.|e.*/gi, '').replace(/^0+|0+$/g, '');
}

/** Decimal numbers: whole ones of 32 to 256 bits, and where their point is. Each becomes the nearest double. */
export class DecimalChunk extends Chunk {
  protected override readonly missing = Number.NaN;
  private readonly words: Int32Array;
  private readonly width: number;
  private readonly power: number;

  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    values: ArrayBufferView,
    bitWidth: number,
    /** Digits after the point; below 0, zeros before it. */
    private readonly scale: number,
  ) {
    super(length, place, validity);
    this.words = wordsOf(values);
    this.width = bitWidth / 32;
    this.power = Number(`1e${Math.abs(scale)}`);
  }

  protected valueAt(i: number): number | bigint {
    const small = this.smallAt(i);
    const { scale, power } = this;
    // A quotient or product of two exact numbers is the nearest to the true one.
    if (small !== undefined && Math.abs(scale) <= EXACT) {
      const number = scale < 0 ? small * power : small / power;
      if (Number.isSafeInteger(number) || !Number.isInteger(number)) return number;
    }
    return decimalOf(this.wholeAt(i), scale).value;
  }

  override exact(i: number): unknown {
    if (this.validity?.lacks(i)) return this.missing;
    const small = this.smallAt(i);
    if (small !== undefined && Math.abs(small) < HELD && Math.abs(this.scale) <= EXACT)
      return this.valueAt(i);
    return decimalOf(this.wholeAt(i), this.scale).exact;
  }

  /** The whole number of a value, where a double holds it. */
  private smallAt(i: number): number | undefined {
    const { words, width } = this;
    const at = i * width;
    const low = words[at];
    const next = width === 1 ? low >> 31 : words[at + 1];
    for (let k = 2; k < width; k++) if (words[at + k] !== next >> 31) return undefined;
    const small = next * HIGH + (low >>> 0);
    return Number.isSafeInteger(small) ? small : undefined;
  }

  private wholeAt(i: number): bigint {
    const { words, width } = this;
    const at = i * width;
    let whole = BigInt(words[at + width - 1]);
    for (let k = width - 2; k >= 0; k--) whole = (whole << 32n) | BigInt(words[at + k] >>> 0);
    return whole;
  }
}
