import { firstPace, isReady, paceAfter } from '../../lib/run/runtime/batching/index.js';
import type { CostEstimate } from './estimates/index.js';
import type { ModelTerms } from './options.js';

/** A call's cost is a large part of a slice above this share. */
const LARGE_SHARE = 0.2;
/** The most rows that gathering aims at: their cost is this many times the call's. */
const ENOUGH = 9;
/** Milliseconds. */
const LEAST_WAIT = 0.01;
/** The most rows of a slice by default. */
const MOST_ROWS = 65_536;

/**
 * How many rows a slice takes. By default as many as cost `sliceMs`, or as much as the call itself where that is
 * dearer. Where a model has an objective, and calls are a large part of its slices, the number follows the measured
 * latencies (additive increase, multiplicative decrease), and slices may wait for more rows.
 */
export class Pacing {
  private pace;
  /** Since when rows wait without a slice having been started. */
  waitingSince: number | undefined;

  constructor(private readonly terms: ModelTerms) {
    this.pace = firstPace({ maxRows: terms.maxBatchRows ?? MOST_ROWS, maxWaitMs: 0, p99Ms: terms.p99Ms });
  }

  /** The most rows of a slice. */
  rows(cost: CostEstimate): number {
    return this.isGathering(cost) ? Math.min(this.pace.rows, this.most(cost)) : this.byCost(cost);
  }

  /** Milliseconds that a slice should still wait for more rows; 0: it can go. */
  waitFor(cost: CostEstimate, rows: number, now: number): number {
    if (!this.isGathering(cost)) return 0;
    const waited = now - (this.waitingSince ?? now);
    const left = this.pace.waitMs - waited;
    // A rest that rounding leaves isn't worth a timer.
    return isReady(this.pace, rows, waited) || left < LEAST_WAIT ? 0 : left;
  }

  /** A slice was answered. `left`: rows that it had no room for; `slowestMs`: of its oldest job, since it came. */
  observe(cost: CostEstimate, rows: number, left: number, slowestMs: number): void {
    const { p99Ms } = this.terms;
    if (p99Ms === undefined || !this.isGathering(cost)) return;
    const limits = { maxRows: this.most(cost), maxWaitMs: Math.min(p99Ms / 4, cost.callMs), p99Ms };
    this.pace = paceAfter(this.pace, { rows, left, slowestMs }, limits);
  }

  private isGathering(cost: CostEstimate): boolean {
    return this.terms.p99Ms !== undefined && cost.callMs > LARGE_SHARE * cost.ms(this.byCost(cost));
  }

  private byCost(cost: CostEstimate): number {
    const { sliceMs, maxBatchRows = MOST_ROWS } = this.terms;
    const ms = Math.max(sliceMs - cost.callMs, cost.callMs);
    return Math.max(1, Math.min(maxBatchRows, Math.round(ms / cost.undisturbedRowMs)));
  }

  private most(cost: CostEstimate): number {
    const { maxBatchRows = MOST_ROWS } = this.terms;
    const enough = Math.ceil((ENOUGH * cost.callMs) / cost.rowMs);
    return Math.min(maxBatchRows, Math.max(enough, this.byCost(cost)));
  }
}
