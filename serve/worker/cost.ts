import type { Plan } from '../../cascades/types/index.js';
import { type Cost, exitCost, featureCosts, modelCost, type Profile } from '../../lib/profile/index.js';
import type { ExpectedCost } from '../executor.js';

/**
 * What a plan is expected to cost, in microseconds of processor: the fixed parts of what every row
 * needs, and a row's own way through the stages by the shares that get there.
 */
export function cascadeCost(plan: Plan, profile: Profile): ExpectedCost {
  const paid: string[] = [];
  let [call, row, wait] = [0, 0, 0];
  const add = (names: readonly string[], own: readonly Cost[], reach: number) => {
    const costs = [...featureCosts(profile, names, paid), ...own];
    paid.push(...names);
    for (const cost of costs) {
      call += Math.min(1, reach) * cost.fixed;
      row += reach * cost.perRow * (1 - cost.wait);
    }
    wait += Math.max(0, ...costs.map((cost) => cost.perRow * cost.wait));
  };
  for (const { features, learner, prefix, exit, reach } of plan.stages) {
    const known = Object.hasOwn(profile.models, learner) ? [modelCost(profile, learner, features)] : [];
    const part = prefix === null ? 1 : prefix.rounds / prefix.of;
    const models = known.map((cost) => ({ ...cost, perRow: part * cost.perRow }));
    add(features, [...models, exitCost(profile, exit)], reach);
  }
  add(plan.full.features, profile.full === undefined ? [] : [profile.full], plan.full.reach);
  return { call: finite(call), row: finite(row), wait: finite(wait) };
}

/** What all features and the full model cost: of rankers, whose stages see a part of the candidates, an upper limit. */
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
