import type { ExpectedCost } from '../../../cascades/index.js';

/** The weight of one more measurement, once there are many. */
const WEIGHT = 1 / 16;
/** Measurements beyond these relative errors are outliers, unless several come in a row. */
const [LEAST, MOST] = [-0.5, 1];
const STREAK = 3;
const STREAK_WEIGHT = 0.5;
/** The share of slices that other work of the machine surely leaves alone, and how fast their time is learnt. */
const [UNDISTURBED, LEARNING] = [1 / 4, 1 / 8];
/** A row undisturbed takes at least this share of what it takes on average: rows that leave early are no rule. */
const LEAST_SHARE = 1 / 2;
/** Microseconds. What a profile gives as free would stay free under any ratio. */
const FLOOR = 0.01;

/**
 * What slices of a model in one mode will cost: the profile's figures, each times an exponentially weighted ratio of
 * measured to expected cost. The cost of a call and of a row have a ratio each. An error moves both by their shares
 * of the prediction (normalised least mean squares), so that small slices correct the one, large slices the other.
 *
 * A single outlier moves a ratio no further than an error of 100 % would; three in a row on one side are the new truth.
 */
export class CostEstimate {
  private callRatio = 1;
  private rowRatio = 1;
  /** The lower quartile of measured to predicted cost. */
  private lower = 1;
  private measured = 0;
  private streak = 0;
  private wait: number;

  /** @param base an estimate of the same model, whose ratios count until there is a measurement */
  constructor(
    private readonly expected: ExpectedCost,
    private readonly base?: CostEstimate,
  ) {
    this.wait = expected.wait / 1000;
  }

  /** Milliseconds of processor for a slice, whatever its rows. */
  get callMs(): number {
    return (Math.max(this.expected.call, FLOOR) * this.current.callRatio) / 1000;
  }

  /** Milliseconds of processor a row. */
  get rowMs(): number {
    return (Math.max(this.expected.row, FLOOR) * this.current.rowRatio) / 1000;
  }

  /**
   * Milliseconds a row without what a busy machine adds: a thread that has to wait for its core does so for each
   * slice, whatever its rows. Slices that shrank for that would make it worse, since more of them wait.
   */
  get undisturbedRowMs(): number {
    return this.rowMs * Math.min(1, Math.max(LEAST_SHARE, this.current.lower));
  }

  /** Milliseconds that a slice waits for something elsewhere. */
  get waitMs(): number {
    return this.wait;
  }

  ms(rows: number): number {
    return this.callMs + rows * this.rowMs;
  }

  /** A slice took `busyMs` of processor, and `waitedMs` from when it left its core to its answer. */
  observe(rows: number, busyMs: number, waitedMs: number): void {
    const { current } = this;
    if (current !== this) {
      this.callRatio = current.callRatio;
      this.rowRatio = current.rowRatio;
      this.lower = current.lower;
    }
    const [call, all] = [this.callMs, rows * this.rowMs];
    const expected = call + all;
    const weight = Math.max(WEIGHT, 1 / (this.measured + 2));
    this.wait += weight * (waitedMs - this.wait);
    // A fall is three times a rise, so a quarter of the measurements are below.
    this.lower *= 1 + LEARNING * (UNDISTURBED - (busyMs < this.lower * expected ? 1 : 0));
    const step = this.step(busyMs / expected - 1, weight);
    const spread = expected / (call * call + all * all);
    this.callRatio *= 1 + step * call * spread;
    this.rowRatio *= 1 + step * all * spread;
    this.measured++;
  }

  /** The relative change of the prediction that a relative error is worth. */
  private step(error: number, weight: number): number {
    const side = error > MOST ? 1 : error < LEAST ? -1 : 0;
    this.streak = side === 0 ? 0 : side * this.streak > 0 ? this.streak + side : side;
    if (Math.abs(this.streak) >= STREAK) return error * STREAK_WEIGHT;
    return Math.min(MOST, Math.max(LEAST, error)) * weight;
  }

  private get current(): CostEstimate {
    return this.measured === 0 && this.base !== undefined ? this.base : this;
  }
}
