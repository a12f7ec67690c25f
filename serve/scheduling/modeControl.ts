/** Milliseconds between two steps to more aggressive modes: a step shows its effect first. */
const DWELL = 20;
/** Milliseconds of low load before a step back. */
const HOLD = 1000;
/** The lower threshold, of the upper one. */
const LOW = 1 / 4;

/**
 * Which certified mode answers, by load alone. Load above the upper threshold raises the level by a mode; only load
 * that stayed below the lower one for a while takes it back. At any level, jobs that come at a load below the lower
 * threshold are answered by the model's own plan: a queue that is short needs no aggressive mode.
 */
export class ModeControl {
  level = 0;
  private raisedAt = Number.NEGATIVE_INFINITY;
  private loudAt = Number.NEGATIVE_INFINITY;

  /** @param last position of the most aggressive mode that may answer; 0: only the model's own plan */
  constructor(
    private readonly last: number,
    /** Milliseconds that jobs may wait before more aggressive modes answer. */
    private readonly aboveMs: number,
  ) {}

  /** Whether more than one mode may answer. */
  get hasChoice(): boolean {
    return this.last > 0;
  }

  /** The mode for a job that comes where others are expected to wait this long. */
  choose(loadMs: number, now: number): number {
    if (loadMs > this.aboveMs) this.raise(now);
    const isLow = loadMs <= this.aboveMs * LOW;
    if (!isLow) this.loudAt = now;
    else if (this.level > 0 && now - this.loudAt >= HOLD) {
      this.level--;
      this.loudAt = now;
    }
    return isLow ? 0 : this.level;
  }

  /** Load is too high: one mode more aggressive. */
  private raise(now: number): void {
    this.loudAt = now;
    if (this.level === this.last || now - this.raisedAt < DWELL) return;
    this.level++;
    this.raisedAt = now;
  }
}
