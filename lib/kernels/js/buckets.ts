import type { Coding } from '../quantize/index.js';

/** Buckets for each threshold: most numbers then have none or one in theirs. */
const BUCKETS = 4;

/** No column has so many buckets. */
const FAR = 2 ** 30;

/**
 * Ranks of numbers among a column's thresholds (coding.ts) in a step or two: the range of the thresholds is cut into buckets
 * of one width, each of which knows how many thresholds lie before it, and only those in a number's own are searched. Which bucket a
 * number is in rises with the number in floating point too, so that ranks are exact.
 */
export interface Buckets {
  /** Ascending, column by column, each followed by as many NaN as a search may read too far. */
  readonly thresholds: Float32Array;
  /** Of each column of the coding: where its thresholds begin. */
  readonly begin: Int32Array;
  /** Half the power of two that no bucket's thresholds reach: the first step of a search. */
  readonly half: Int32Array;
  readonly least: Float64Array;
  /** Buckets a unit. */
  readonly scale: Float64Array;
  /** The last bucket. */
  readonly last: Int32Array;
  /** Where in `before` the column's buckets begin. */
  readonly first: Int32Array;
  /** How many of its column's thresholds lie in earlier buckets. */
  readonly before: Int32Array;
}

export function bucketsOf({ columns, begin, count, thresholds }: Coding): Buckets {
  const width = columns.length;
  const ints = () => new Int32Array(width);
  const buckets = { begin: ints(), half: ints(), last: ints(), first: ints() };
  const least = new Float64Array(width);
  const scale = new Float64Array(width);
  const sorted: number[] = [];
  const before: number[] = [];
  for (let c = 0; c < width; c++) {
    const own = thresholds.subarray(begin[c], begin[c] + count[c]);
    const last = BUCKETS * own.length;
    least[c] = own.length === 0 ? 0 : own[0];
    scale[c] = own.length === 0 ? 0 : last / (own[own.length - 1] - own[0]);
    buckets.last[c] = last;
    buckets.first[c] = before.length;
    buckets.begin[c] = sorted.length;
    const held = new Int32Array(last + 1);
    for (const threshold of own) held[bucketOf(threshold, least[c], scale[c], last)]++;
    let lower = 0;
    for (const some of held) {
      before.push(lower);
      lower += some;
    }
    const most = held.reduce((a, b) => Math.max(a, b), 0);
    buckets.half[c] = most === 0 ? 0 : 2 ** (31 - Math.clz32(most));
    for (const threshold of own) sorted.push(threshold);
    for (let i = 1; i < 2 * buckets.half[c]; i++) sorted.push(Number.NaN);
  }
  return { ...buckets, least, scale, thresholds: Float32Array.from(sorted), before: Int32Array.from(before) };
}

/** Buckets from the first on, 0: it has what is NaN, or becomes so where thresholds are infinite, too. */
export function bucketOf(number: number, least: number, scale: number, last: number): number {
  const at = (number - least) * scale;
  if (Math.abs(at) >= FAR) return at > 0 ? last : 0;
  // At least 0 and at most the last, without a branch: a wrong guess would take longer than the search.
  const whole = at | 0;
  const bucket = whole & ~(whole >> 31);
  const beyond = (bucket - last) | 0;
  return (bucket - (beyond & ~(beyond >> 31))) | 0;
}

/** How many thresholds of column number `c` are below a number; 0 where that is NaN. */
export function rankIn(buckets: Buckets, c: number, number: number): number {
  const { thresholds, begin, half, least, scale, last, first, before } = buckets;
  const from = begin[c] - 1;
  let rank = before[first[c] + bucketOf(number, least[c], scale[c], last[c])];
  for (let jump = half[c]; jump > 0; jump >>= 1) {
    rank = (rank + jump * +(thresholds[(from + rank + jump) | 0] < number)) | 0;
  }
  return rank;
}
