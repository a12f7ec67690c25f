/** Sub-buckets an octave: a quantile is off by 3 % at most. */
const SUB = 16;
const BUCKETS = (32 - 4) * SUB + SUB;

/**
 * Durations of the last one to two periods, in fixed memory: 16 buckets of equal width an octave, from a microsecond to
 * 71 minutes.
 *
 * @see Tene, "HdrHistogram"
 */
export class RecentDurations {
  private current = new Uint32Array(BUCKETS);
  private before = new Uint32Array(BUCKETS);
  private count = 0;
  private countBefore = 0;
  private since = Number.NEGATIVE_INFINITY;

  constructor(private readonly periodMs = 60_000) {}

  record(ms: number, now: number): void {
    this.turn(now);
    this.current[bucketOf(ms)]++;
    this.count++;
  }

  /** Milliseconds that a share of the durations is at most; undefined without any. */
  quantile(share: number, now: number): number | undefined {
    this.turn(now);
    const count = this.count + this.countBefore;
    if (count === 0) return undefined;
    let rest = Math.max(1, Math.ceil(share * count));
    for (let b = 0; b < BUCKETS; b++) {
      rest -= this.current[b] + this.before[b];
      if (rest <= 0) return middleOf(b);
    }
    return middleOf(BUCKETS - 1);
  }

  private turn(now: number): void {
    if (now - this.since < this.periodMs) return;
    const isLong = now - this.since >= 2 * this.periodMs;
    [this.current, this.before] = [this.before, this.current];
    this.current.fill(0);
    if (isLong) this.before.fill(0);
    this.countBefore = isLong ? 0 : this.count;
    this.count = 0;
    this.since = isLong ? now : this.since + this.periodMs;
  }
}

function bucketOf(ms: number): number {
  const us = Math.min(Math.max(0, Math.round(ms * 1000)), 0xffffffff) >>> 0;
  if (us < SUB) return us;
  const octave = 31 - Math.clz32(us);
  return (octave - 3) * SUB + ((us >>> (octave - 4)) & (SUB - 1));
}

function middleOf(bucket: number): number {
  if (bucket < SUB) return bucket / 1000;
  const octave = (bucket >>> 4) + 3;
  const width = 2 ** (octave - 4);
  return (2 ** octave + (bucket & (SUB - 1)) * width + (width - 1) / 2) / 1000;
}
