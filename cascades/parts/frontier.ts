import type { FrontierPoint, Plan } from '../terms/index.js';

/** Of plans and the limits that hold for all of them together, the cheapest within a limit; -1 where none is cheaper. */
export function cheapestWithin(plans: readonly Plan[], band: readonly number[], limit: number): number {
  let best = -1;
  for (let step = 0; step < plans.length && band[step] <= limit; step++) {
    const least = best < 0 ? plans[step].expected.fullCost : plans[best].expected.cost;
    if (plans[step].expected.cost < least) best = step;
  }
  return best;
}

const EPSILONS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05];

/** For a grid of epsilons the plan that would be served, and what it is expected to cost. */
export function frontierOf(
  plans: readonly Plan[],
  band: readonly number[],
  epsilon: number,
): FrontierPoint[] {
  if (band.length === 0) return [];
  return [...new Set([...EPSILONS, epsilon])]
    .sort((a, b) => a - b)
    .map((limit) => {
      const step = cheapestWithin(plans, band, limit);
      const { cost, speedup } =
        step < 0 ? { cost: plans[0].expected.fullCost, speedup: 1 } : plans[step].expected;
      return { epsilon: limit, cost, speedup, step };
    });
}
