import type { Candidate } from './candidate.js';
import { type ChainEvidence, type ChainOutcome, outcome, type Thresholds } from './evidence.js';
import { costOverShares, furthestShare, lambdaAt } from './share.js';
import { jointThresholds } from './thresholds.js';

/** Stages in order with their costs for every row that reaches them, the full model last. */
export interface Chain {
  readonly stages: readonly Candidate[];
  readonly costs: readonly Float64Array[];
  readonly rows: number;
  readonly width: number;
}

const STEPS = 200;

export function thresholdsAt(chain: Chain, share: number): Thresholds {
  return jointThresholds(
    withEvidence(chain, (stage) => stage.smoothed),
    lambdaAt(
      chain.costs.reduce((sum, costs) => sum + meanOf(costs), 0),
      share,
    ),
    chain.stages.map((stage) => stage.order),
  );
}

export function chainOutcome(chain: Chain, thresholds: Thresholds): ChainOutcome {
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
  const fits = (share: number) => chainOutcome(chain, thresholdsAt(chain, share)).loss <= target * chain.rows;
  return thresholdsAt(chain, furthestShare(fits));
}

/** The mean cost of a row if the chain is as aggressive as a mean loss of `target` allows. */
export function costAtLoss(chain: Chain, target: number): number {
  return costOverShares((share) => {
    const { loss, cost } = chainOutcome(chain, thresholdsAt(chain, share));
    return { loss: loss / chain.rows, cost };
  }, target);
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
