import type { Band } from '../problem/index.js';
import { cutsAt, outcomeAt, type QueryCosts } from '../search/index.js';
import type { BandPlan } from '../types.js';
import type { BandVerdict } from './certifyBands.js';

/** A band's plan, with its expectations. */
export function bandPlan<Name extends string>(
  band: Band,
  { served }: BandVerdict,
  reads: readonly string[],
  names: readonly Name[],
  { full: whole }: QueryCosts,
): BandPlan<Name> {
  const named = (features: readonly string[]) =>
    features.flatMap((feature) => names.filter((name) => name === feature));
  if (served === undefined) {
    return {
      k: band.k,
      stages: [],
      full: { features: named(reads), reach: 1, cost: whole },
      expected: { cost: whole, fullCost: whole, speedup: 1 },
    };
  }
  const { chain, log, trial } = served;
  const { cost, reach } = outcomeAt(chain, log, trial);
  // Per candidate that reaches the stage.
  const costs = trial.costs.stages(chain.stages, reach).map((cost, s) => cost / reach[s]);
  const cuts = cutsAt(chain, log);
  const stages = chain.stages.map(({ features, learner, target, prefix, output }, s) => ({
    features: named(features),
    learner,
    target,
    prefix,
    output,
    cut: cuts[s],
    reach: reach[s],
    cost: costs[s],
  }));
  const last = stages.length;
  return {
    k: band.k,
    stages,
    full: { features: named(reads), reach: reach[last], cost: costs[last] },
    expected: { cost, fullCost: whole, speedup: whole / cost },
  };
}
