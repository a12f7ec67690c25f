import { Chunk, type ChunkPlace, refusalOf, type Validity } from './chunk.js';
import { type NumberArray, wordsOf } from './numbers.js';

const DAY = 86_400_000;
const HIGH = 2 ** 32;
/** Milliseconds around 1970 that a `Date` holds. */
const FARTHEST = 8.64e15;

/** A `Date` whose text, as JSON has it, keeps the digits below its millisecond. */
export class FineDate extends Date {
  /** @param finer digits after those of the millisecond */
  constructor(
    milliseconds: number,
    readonly finer: string,
  ) {
    super(milliseconds);
  }

  override toJSON(): string {
    return `${this.toISOString().slice(0, -1)}${this.finer}Z`;
  }
}

/** The instant of a value: milliseconds since 1970, UTC, rounded down, and what is left of it. */
export interface Instants {
  millisecondsAt(i: number): number;
  finerAt?(i: number): number;
  /** Digits of what is left. */
  readonly digits?: number;
}

/** Dates and times, which become a `Date`. */
export class InstantChunk extends Chunk {
  constructor(
    length: number,
    place: ChunkPlace,
    validity: Validity | undefined,
    private readonly instants: Instants,
  ) {
    super(length, place, validity);
  }

  protected valueAt(i: number): Date {
    return new Date(this.instants.millisecondsAt(i));
  }

  override exact(i: number): unknown {
    if (this.validity?.lacks(i)) return this.missing;
    const { instants } = this;
    return dateOf(instants.millisecondsAt(i), instants.finerAt?.(i) ?? 0, instants.digits ?? 0);
  }

  protected override numberAt(i: number): number {
    const milliseconds = this.instants.millisecondsAt(i);
    if (Math.abs(milliseconds) > FARTHEST) throw this.fault(i, refusalOf(this.valueAt(i)));
    return milliseconds;
  }
}

/** @param finer what is left beyond the milliseconds, of so many digits */
export function dateOf(milliseconds: number, finer: number, digits: number): Date {
  if (finer === 0 || Math.abs(milliseconds) > FARTHEST) return new Date(milliseconds);
  return new FineDate(milliseconds, String(finer).padStart(digits, '0'));
}

/** Of whole days. */
export function ofDays(values: NumberArray): Instants {
  return { millisecondsAt: (i) => values[i] * DAY };
}

/** Of whole numbers of 64 bits, `perMillisecond` of them a millisecond; of seconds 1/1000. */
export function ofWide(values: BigInt64Array | BigUint64Array, perMillisecond: number): Instants {
  const words = wordsOf(values);
  if (perMillisecond < 1)
    return { millisecondsAt: (i) => 1_000 * (words[2 * i + 1] * HIGH + (words[2 * i] >>> 0)) };
  // Nanoseconds of today aren't exact in a double: a division in two steps is.
  const highAt = (i: number) => Math.floor(words[2 * i + 1] / perMillisecond);
  const restAt = (i: number) => (words[2 * i + 1] - highAt(i) * perMillisecond) * HIGH + (words[2 * i] >>> 0);
  return {
    millisecondsAt: (i) => highAt(i) * HIGH + Math.floor(restAt(i) / perMillisecond),
    finerAt: (i) => restAt(i) % perMillisecond,
    digits: String(perMillisecond).length - 1,
  };
}
