import type { FrontierPoint, Label, Plan } from '../types/index.js';
import type { TestedPath } from './cascadeParts.js';

/** The cheapest plan within a limit, and its position on the path; undefined if none is cheaper than the full model. */
export function cheapestWithin<L extends Label, Name extends string>(
  { plans, band }: Pick<TestedPath<L, Name>, 'plans' | 'band'>,
  limit: number,
): { readonly step: number; readonly plan: Plan<L, Name> } | undefined {
  let best: { readonly step: number; readonly plan: Plan<L, Name> } | undefined;
  for (let step = 0; step < plans.length && band[step] <= limit; step++) {
    const { cost, fullCost } = plans[step].expected;
    if (cost < (best?.plan.expected.cost ?? fullCost)) best = { step, plan: plans[step] };
  }
  return best;
}

const EPSILONS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05];

/**
 * For a grid of epsilons, the requested ones included, as far as they may be served, the plan that would be served
 * and its expected cost.
 */
export function frontierOf<L extends Label, Name extends string>(
  path: Pick<TestedPath<L, Name>, 'plans' | 'band'> | undefined,
  { epsilon, also = [] }: { readonly epsilon: number; readonly also?: readonly number[] | undefined },
  isServable: (epsilon: number) => boolean = () => true,
): FrontierPoint[] {
  if (path === undefined || path.band.length === 0) return [];
  const [{ expected: alone }] = path.plans;
  return [...new Set([...EPSILONS, epsilon, ...also])]
    .filter(isServable)
    .sort((a, b) => a - b)
    .map((limit) => {
      const { step = -1, plan } = cheapestWithin(path, limit) ?? {};
      const { cost, speedup } = plan?.expected ?? { cost: alone.fullCost, speedup: 1 };
      return { epsilon: limit, cost, speedup, step };
    });
}
