import { Chunk, type ChunkPlace, refusalOf, type Validity } from './chunk.js';
import { type NumberArray, wordsOf } from './numbers.js';

const DAY = 86_400_000;
const HIGH = 2 ** 32;
/** Milliseconds around 1970 that a `Date` holds. */
const FARTHEST = 8.64e15;

/** Dates and times, which become a `Date`: milliseconds, rounded down. */
export class InstantChunk extends Chunk {
  /** @param millisecondsAt those since 1970, UTC, of a value */
  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly millisecondsAt: (i: number) => number,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): Date {
    return new Date(this.millisecondsAt(i));
  }

  protected override numberAt(i: number): number {
    const milliseconds = this.millisecondsAt(i);
    if (Math.abs(milliseconds) > FARTHEST) throw this.fault(i, refusalOf(this.valueAt(i)));
    return milliseconds;
  }
}

/** Of whole days. */
export function ofDays(values: NumberArray): (i: number) => number {
  return (i) => values[i] * DAY;
}

/** Of whole numbers of 64 bits, `perMillisecond` of them a millisecond; of seconds 1/1000. */
export function ofWide(
  values: BigInt64Array | BigUint64Array,
  perMillisecond: number,
): (i: number) => number {
  const words = wordsOf(values);
  if (perMillisecond < 1) return (i) => 1_000 * (words[2 * i + 1] * HIGH + (words[2 * i] >>> 0));
  return (i) => {
    // Nanoseconds of today aren't exact in a double: a division in two steps is.
    const high = Math.floor(words[2 * i + 1] / perMillisecond);
    const rest = words[2 * i + 1] - high * perMillisecond;
    return high * HIGH + Math.floor((rest * HIGH + (words[2 * i] >>> 0)) / perMillisecond);
  };
}
