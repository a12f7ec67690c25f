import { costOf, featureCosts, type Objective, type Profile } from '../../lib/costs/index.js';
import type { Plan } from '../types/index.js';

/** The share of rows slower than p99. */
const BEYOND = 0.01;

/**
 * The features that each stage starts for the next one, to shorten the next one's wait. They are
 * features that wait, if by the profile's costs the 99th percentile of a row's time falls by more
 * than all rows pay for it on the processor. For rows that exit before the next stage that work is
 * wasted. So no feature that costs money is started early, and none unless latency is the
 * objective.
 *
 * @param reads the features that the full model reads
 * @returns for each stage the names of features of the next one, or of the full model after the last
 */
export function speculation(
  { stages, full }: Pick<Plan, 'stages' | 'full'>,
  reads: readonly string[],
  profile: Profile,
  objective: Objective,
): readonly (readonly string[])[] {
  if (objective !== 'latency') return stages.map(() => []);
  const sets = [...stages.map(({ features }) => features), reads];
  return stages.map(({ features, reach }, s) => {
    const next = stages[s + 1]?.reach ?? full.reach;
    if (next <= BEYOND) return [];
    const own = featureCosts(profile, features, sets[s - 1]);
    const early = sets[s + 1].filter((name) => {
      if (features.includes(name)) return false;
      const { cost } = profile.features[name];
      return cost.wait > 0 && cost.price === 0;
    });
    // A single row waits for all features together, for as long as the longest; the time of this
    // stage is free.
    const costs = early.map((name) => profile.features[name].cost);
    const wait = Math.max(0, ...costs.map((cost) => (cost.fixed + cost.perRow) * cost.wait));
    const work = costs.reduce((sum, cost) => sum + (cost.fixed + cost.perRow) * (1 - cost.wait), 0);
    return Math.min(wait, costOf(own, 'latency')) > (reach - next) * work ? early : [];
  });
}
