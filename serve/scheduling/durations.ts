import type { Duration } from '../backend.js';

/**
 * Upper bounds of buckets in milliseconds, from 100 us to 10 s: 1, 2.5 and 5 of each decade. The last bucket has no
 * bound. A model's quickest answers take some 20 us, and what takes longer than 10 s is late for everybody.
 */
export const BOUNDS_MS: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];

/** Durations since a count began, and how many fell into each bucket of {@link BOUNDS_MS}. */
export interface DurationBuckets extends Duration {
  readonly buckets: readonly number[];
}

/** Durations, counted in fixed memory. */
export class DurationCounts {
  private count = 0;
  private ms = 0;
  private readonly buckets = new Float64Array(BOUNDS_MS.length + 1);

  add(ms: number): void {
    let bucket = 0;
    while (bucket < BOUNDS_MS.length && ms > BOUNDS_MS[bucket]) bucket++;
    this.buckets[bucket]++;
    this.count++;
    this.ms += ms;
  }

  get all(): DurationBuckets {
    const { count, ms, buckets } = this;
    return { count, nanoseconds: Math.round(ms * 1e6), buckets: Array.from(buckets) };
  }
}
