/** Upper limits of the buckets of actual to expected time: factors of 2^(1/4) from 1/4 to 16. */
const LIMITS = Float64Array.from({ length: 25 }, (_, i) => 2 ** (i / 4 - 2));
const ONE = 8;
/** Upper limits of the classes of expected times, in milliseconds: long waits are predicted better than short ones. */
const SIZES = [1, 4, 16, 64, 256];
/** Counts that a class starts with, at a ratio of 2^(1/4). */
const PRIOR = 4;
/** Counts of a class are halved at this number, so that it forgets. */
const MOST = 256;
/** Milliseconds. */
const STALE = 1000;
const [LEAST_FACTOR, MOST_FACTOR] = [0.5, 8];

/** Actual beside expected times until jobs' answers, and the factor of safety that they call for. */
export class PredictionErrors {
  private readonly counts = new Uint16Array((SIZES.length + 1) * LIMITS.length);
  private readonly totals = new Uint16Array(SIZES.length + 1).fill(PRIOR);
  private readonly factors = new Float64Array(SIZES.length + 1);
  /** When a class last had a measurement. */
  private readonly recorded = new Float64Array(SIZES.length + 1).fill(Number.NEGATIVE_INFINITY);

  /** @param share of jobs whose actual time is within the expected one times `factor` */
  constructor(private readonly share = 0.99) {
    for (let size = 0; size <= SIZES.length; size++) this.counts[size * LIMITS.length + ONE + 1] = PRIOR;
  }

  /** @param actualMs of a job that was dropped, what it would have taken */
  record(expectedMs: number, actualMs: number, now: number): void {
    const size = sizeOf(expectedMs);
    this.recorded[size] = now;
    const ratio = actualMs / Math.max(expectedMs, 1e-3);
    let bucket = 0;
    while (bucket < LIMITS.length - 1 && LIMITS[bucket] < ratio) bucket++;
    this.add(size, bucket);
  }

  /**
   * A job was refused that would have been in time by its expected time alone. Where nothing was measured for a
   * while, it counts as one that was, so that jobs aren't refused for ever because of errors that none of them can
   * disprove.
   */
  doubt(expectedMs: number, now: number): void {
    const size = sizeOf(expectedMs);
    if (now - this.recorded[size] > STALE) this.add(size, ONE);
  }

  /** What an expected time is multiplied with to be safe. */
  factor(expectedMs: number): number {
    const size = sizeOf(expectedMs);
    if (this.factors[size] === 0) this.factors[size] = this.quantile(size);
    return this.factors[size];
  }

  private add(size: number, bucket: number): void {
    const from = size * LIMITS.length;
    this.factors[size] = 0;
    this.counts[from + bucket]++;
    if (++this.totals[size] < MOST) return;
    let total = 0;
    for (let b = from; b < from + LIMITS.length; b++) {
      this.counts[b] >>= 1;
      total += this.counts[b];
    }
    this.totals[size] = total;
  }

  private quantile(size: number): number {
    let rest = this.share * this.totals[size];
    for (let b = 0; b < LIMITS.length; b++) {
      rest -= this.counts[size * LIMITS.length + b];
      if (rest <= 0) return Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, LIMITS[b]));
    }
    return MOST_FACTOR;
  }
}

function sizeOf(ms: number): number {
  let size = 0;
  while (size < SIZES.length && ms > SIZES[size]) size++;
  return size;
}
