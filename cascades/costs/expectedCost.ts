import { sumSimple } from 'simple-statistics';
import { type Cost, costOf, type Objective, type Profile } from '../../lib/costs/index.js';
import type { ExpectedCost, Plan } from '../types/index.js';
import { planParts } from './stageCosts.js';

/**
 * What calls of a plan are expected to take: a line through the processor time of a call of one row and the time a
 * row of a large batch, with the exits that the plan expects. Whatever its objective is, work and waiting are kept
 * apart.
 */
export function expectedCost(profile: Profile, objective: Objective, plan: Plan): ExpectedCost {
  const parts = planParts(profile, plan);
  const reach = [...plan.stages.map((stage) => stage.reach), plan.full.reach];
  const work = (batches: (share: number) => number | undefined) =>
    sumSimple(parts.map((costs, s) => costOf(costs, 'throughput', reach[s], batches(reach[s]))));
  // The plan's own estimate also knows that hard rows are larger.
  const row = objective === 'throughput' ? plan.expected.cost : work(() => undefined);
  // Alone in its call, a row is a batch at each stage that it gets to.
  const alone = work((share) => share);
  return { call: Math.max(0, alone - row), row, wait: sumSimple(parts.map(longestWait)) };
}

/** In microseconds: a stage's waits run side by side. */
function longestWait(costs: readonly Cost[]): number {
  return Math.max(0, ...costs.map(({ fixed, perRow, wait }) => (fixed + perRow) * wait));
}
