import { exp } from '../../lib/math/index.js';
import type { Candidate } from './candidate.js';
import { type ChainEvidence, type Outcome, outcome, type Thresholds } from './evidence.js';
import { jointThresholds } from './thresholds.js';

/** Stages in order with their costs for every row that reaches them, the full model last. */
export interface Chain {
  readonly stages: readonly Candidate[];
  readonly costs: readonly Float64Array[];
  readonly rows: number;
  readonly width: number;
}

/** From so conservative that only one loss in a million would be risked for a row's full cost, to reckless. */
const CONSERVATIVE = 14;
const AGGRESSIVE = 0;
const STEPS = 200;

/** Lambda, in units of the full model's cost, at a share (0 conservative … 1 aggressive) of the way along the path. */
function lambdaAt(chain: Chain, share: number): number {
  const total = chain.costs.reduce((sum, costs) => sum + meanOf(costs), 0);
  return total * exp(CONSERVATIVE + share * (AGGRESSIVE - CONSERVATIVE));
}

export function thresholdsAt(chain: Chain, share: number): Thresholds {
  return jointThresholds(
    withEvidence(chain, (stage) => stage.smoothed),
    lambdaAt(chain, share),
    chain.stages.map((stage) => stage.order),
  );
}

export function outcomeOf(chain: Chain, thresholds: Thresholds): Outcome {
  return outcome(
    withEvidence(chain, (stage) => stage.evidence),
    thresholds,
  );
}

/** The chain's plans from conservative to aggressive; neighbours differ. */
export function pathOf(chain: Chain): Thresholds[] {
  const path: Thresholds[] = [];
  for (let step = 0; step <= STEPS; step++) {
    const thresholds = thresholdsAt(chain, step / STEPS);
    const last = path.at(-1);
    if (last === undefined || differ(last, thresholds)) path.push(thresholds);
  }
  return path;
}

/** The most aggressive thresholds on the path whose mean loss on the evidence is within `target`. */
export function thresholdsAtLoss(chain: Chain, target: number): Thresholds {
  let [conservative, aggressive] = [0, 1];
  for (let halving = 0; halving < 9; halving++) {
    const share = (conservative + aggressive) / 2;
    if (outcomeOf(chain, thresholdsAt(chain, share)).loss <= target * chain.rows) conservative = share;
    else aggressive = share;
  }
  return thresholdsAt(chain, conservative);
}

/** The mean cost of a row if the chain is as aggressive as a mean loss of `target` allows. */
export function costAtLoss(chain: Chain, target: number): number {
  let conservative = { share: 0, loss: 0, cost: Number.POSITIVE_INFINITY };
  let aggressive = { share: 1, loss: Number.POSITIVE_INFINITY, cost: 0 };
  for (let halving = 0; halving < 9; halving++) {
    const share = (conservative.share + aggressive.share) / 2;
    const { loss, cost } = outcomeOf(chain, thresholdsAt(chain, share));
    const point = { share, loss: loss / chain.rows, cost };
    if (point.loss <= target) conservative = point;
    else aggressive = point;
  }
  if (!Number.isFinite(aggressive.loss) || !Number.isFinite(conservative.cost)) return conservative.cost;
  // Losses are few and come one at a time: between two plans the cost is taken as linear in the loss.
  const along = (target - conservative.loss) / (aggressive.loss - conservative.loss);
  return conservative.cost + along * (aggressive.cost - conservative.cost);
}

function withEvidence(chain: Chain, of: (stage: Candidate) => Candidate['evidence']): ChainEvidence {
  return { rows: chain.rows, width: chain.width, stages: chain.stages.map(of), costs: chain.costs };
}

function differ(a: Thresholds, b: Thresholds): boolean {
  return a.some((stage, s) => stage.some((threshold, c) => threshold !== b[s][c]));
}

/** By hand: the search calls it for every chain, and simple-statistics takes no typed array without a copy. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
