import { log } from '../../lib/util/math/index.js';
import type { FiniteBatch, SampleDesign } from './sampleDesign.js';
import type { LeavingRows } from './walk.js';

/** Evidence on each plan of a path, of a full model that is asked twice, before it answers rows of this batch. */
export interface ExcessProspects extends LeavingRows {
  /** Shares of rows, observed before: what plans lose in excess, and rows that lose or gain. */
  readonly excess: readonly number[];
  readonly varying: readonly number[];
}

/** Of what a bet gains on average, how much more rows it takes to win it nine times in ten. */
const PRUDENCE = 1.5;

/**
 * The design that is expected to save the most of the full model's answers, of which each sampled row takes two. It is
 * an estimate of what betting takes on the rows that a plan lets out, from what was seen before: the test's level
 * doesn't depend on it.
 *
 * @param most where given, no more rows are drawn: as many plans are tested as these are likely to be enough for
 */
export function excessDesign(batch: FiniteBatch, prospects: ExcessProspects, most?: number): SampleDesign {
  const { leaving, open } = prospects;
  const plans = open.length;
  let best: SampleDesign = {
    plans,
    count: most === undefined ? 0 : Math.min(most, open[plans - 1]),
    errors: 0,
  };
  let spared = 0;
  let needed = 0;
  for (let j = 0; j < plans; j++) {
    // A plan is served only where those before it pass, too.
    needed = Math.max(needed, rowsToBetOn(batch, prospects, j));
    const count = Math.ceil(needed / (1 + needed / open[j]));
    if (!Number.isFinite(needed) || count > (most ?? open[j])) break;
    const own = leaving[j] * (1 - count / open[j]) - count;
    if (own <= spared) continue;
    spared = own;
    best = { plans: j + 1, count: Math.min(open[j], most ?? count), errors: 0 };
  }
  return best;
}

/** Rows of an endless batch like this one on which a bet against the plan is likely to win. */
function rowsToBetOn({ rows, allowed, delta }: FiniteBatch, prospects: ExcessProspects, j: number): number {
  const { excess, varying, open } = prospects;
  if (open[j] === 0) return 0;
  const gap = (allowed - excess[j] * rows) / open[j];
  const spread = (varying[j] * rows) / open[j];
  return PRUDENCE * rowsForBet(gap, spread, delta);
}

/**
 * Rows that a bet takes on average. @param gap by how much less is lost a row than is allowed
 *
 * @param spread the share of rows that lose or gain
 */
export function rowsForBet(gap: number, spread: number, delta: number): number {
  return gap > 0 ? log(1 / delta) * Math.max((2 * spread) / (gap * gap), 2 / gap) : Number.POSITIVE_INFINITY;
}
