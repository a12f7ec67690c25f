import { Chunk, type ChunkPlace, type Validity } from './chunk.js';
import { wordsOf } from './numbers.js';

/** Powers of ten up to which doubles are exact. */
const EXACT = 22;
const HIGH = 2 ** 32;

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

  protected valueAt(i: number): number {
    const { words, width, scale, power } = this;
    const at = i * width;
    const low = words[at];
    const next = width === 1 ? low >> 31 : words[at + 1];
    const small = next * HIGH + (low >>> 0);
    let isSmall = Number.isSafeInteger(small);
    for (let k = 2; k < width; k++) isSmall &&= words[at + k] === next >> 31;
    // A quotient or product of two exact numbers is the nearest to the true one.
    if (isSmall && Math.abs(scale) <= EXACT) return scale < 0 ? small * power : small / power;
    let whole = BigInt(words[at + width - 1]);
    for (let k = width - 2; k >= 0; k--) whole = (whole << 32n) | BigInt(words[at + k] >>> 0);
    return Number(`${whole}e${-scale}`);
  }
}
