import { fromHalfBits } from '../../util/half.js';
import { bitOf, Chunk, type ChunkPlace, type ChunkSpan, refusalOf, type Validity } from './chunk.js';

/** Typed arrays whose elements are numbers. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Numbers that are copied at a time. */
const PIECE = 1024;
/** Fewer numbers than this are written one by one. */
const FEW = 16;
const piece = new Float64Array(PIECE);

/** Numbers that are stored as such. */
export class NumberChunk extends Chunk {
  protected override readonly missing = Number.NaN;

  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly values: NumberArray,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): number {
    return this.values[i];
  }

  override numbers(span: ChunkSpan, out: Float32Array | Float64Array, to: number, stride: number): void {
    const { values } = this;
    const { rows, begin, end, first, isRun } = span;
    if (isRun && end - begin >= FEW) {
      const start = rows[begin] - first;
      const past = start + end - begin;
      if (values instanceof Float64Array) spreadDoubles(values, start, past, out, to, stride);
      else if (values instanceof Float32Array) spreadSingles(values, start, past, out, to, stride);
      else spread(values, start, past, out, to, stride);
    } else {
      for (let i = begin, at = to; i < end; i++, at += stride) out[at] = values[rows[i] - first];
    }
    this.validity?.mark(span, out, to, stride);
  }
}

/** A loop that sees numbers of one type runs as fast as memory gives them. */
function spreadDoubles(
  values: Float64Array,
  begin: number,
  end: number,
  out: Float32Array | Float64Array,
  to: number,
  stride: number,
): void {
  for (let i = begin, at = to; i < end; i++, at += stride) out[at] = values[i];
}

function spreadSingles(
  values: Float32Array,
  begin: number,
  end: number,
  out: Float32Array | Float64Array,
  to: number,
  stride: number,
): void {
  for (let i = begin, at = to; i < end; i++, at += stride) out[at] = values[i];
}

/** The engine converts numbers of any type faster than a loop that has seen several. */
function spread(
  values: NumberArray,
  begin: number,
  end: number,
  out: Float32Array | Float64Array,
  to: number,
  stride: number,
): void {
  for (let from = begin, at = to; from < end; from += PIECE) {
    const count = Math.min(PIECE, end - from);
    piece.set(values.subarray(from, from + count));
    for (let i = 0; i < count; i++, at += stride) out[at] = piece[i];
  }
}

/** Two words of a whole number of 64 bits. */
const HIGH = 2 ** 32;

/** Whole numbers of 64 bits, read as two words: bigints cost an object each. */
export class WideChunk extends Chunk {
  protected override readonly missing = Number.NaN;
  private readonly words: Int32Array;
  private readonly isSigned: boolean;

  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly values: BigInt64Array | BigUint64Array,
  ) {
    super(length, place, validity);
    this.words = wordsOf(values);
    this.isSigned = values instanceof BigInt64Array;
  }

  protected valueAt(i: number): number | bigint {
    const number = this.rounded(i);
    return Number.isSafeInteger(number) ? number : this.values[i];
  }

  override numbers(span: ChunkSpan, out: Float32Array | Float64Array, to: number, stride: number): void {
    const { rows, begin, end, first } = span;
    for (let i = begin, at = to; i < end; i++, at += stride) {
      const row = rows[i] - first;
      const number = this.rounded(row);
      // What lies where a value is missing may be anything.
      if (!Number.isSafeInteger(number) && !this.validity?.lacks(row))
        throw this.fault(row, refusalOf(this.values[row]));
      out[at] = number;
    }
    this.validity?.mark(span, out, to, stride);
  }

  private rounded(i: number): number {
    const { words } = this;
    const high = words[2 * i + 1];
    return (this.isSigned ? high : high >>> 0) * HIGH + (words[2 * i] >>> 0);
  }
}

/** The 32-bit words of wider numbers, the lowest first. */
export function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}

/** Numbers of half precision, as their bits. */
export class HalfChunk extends Chunk {
  protected override readonly missing = Number.NaN;

  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly values: NumberArray,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): number {
    return fromHalfBits(this.values[i]);
  }
}

/** True and false, a bit each. */
export class BoolChunk extends Chunk {
  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly bitmap: Uint8Array,
    /** Bits before that of the first value. */
    private readonly offset: number,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): boolean {
    return bitOf(this.bitmap, this.offset + i);
  }
}
