import { featureCosts, type Profile } from '../../../lib/costs/index.js';
import type { ExpectedCost } from '../../executor.js';

/**
 * What all features and the full model cost, in microseconds of processor: of rankers, whose stages
 * see a part of the candidates, an upper limit.
 */
export function wholeCost(names: readonly string[], profile: Profile): ExpectedCost {
  const costs = [...featureCosts(profile, names), ...(profile.full ? [profile.full] : [])];
  let [call, row, wait] = [0, 0, 0];
  for (const cost of costs) {
    call += cost.fixed;
    row += cost.perRow * (1 - cost.wait);
    wait = Math.max(wait, cost.perRow * cost.wait);
  }
  return { call: finite(call), row: finite(row), wait: finite(wait) };
}

/** Files hold null where a number isn't finite. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
