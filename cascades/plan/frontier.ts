import type { FrontierPoint, Label, Plan } from '../types/index.js';
import type { TestedPath } from './cascadeParts.js';

/** A plan within a limit, from plans whose limits hold simultaneously. */
export interface Within<L extends Label, Name extends string> {
  /** Positions of its path, and of itself on that. */
  readonly path: number;
  readonly step: number;
  readonly plan: Plan<L, Name>;
}

/** The cheapest within a limit; undefined if none is cheaper than the full model. */
export function cheapestWithin<L extends Label, Name extends string>(
  paths: readonly Pick<TestedPath<L, Name>, 'plans' | 'band'>[],
  limit: number,
): Within<L, Name> | undefined {
  let best: Within<L, Name> | undefined;
  paths.forEach(({ plans, band }, path) => {
    for (let step = 0; step < plans.length && band[step] <= limit; step++) {
      const { cost, fullCost } = plans[step].expected;
      if (cost < (best?.plan.expected.cost ?? fullCost)) best = { path, step, plan: plans[step] };
    }
  });
  return best;
}

const EPSILONS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05];

/** For a grid of epsilons, the requested ones included, as far as they may be served, the plan that would be served and its expected cost. */
export function frontierOf<L extends Label, Name extends string>(
  paths: readonly Pick<TestedPath<L, Name>, 'plans' | 'band'>[],
  { epsilon, also = [] }: { readonly epsilon: number; readonly also?: readonly number[] | undefined },
  isServable: (epsilon: number) => boolean = () => true,
): FrontierPoint[] {
  const [first] = paths;
  if (first === undefined || first.band.length === 0) return [];
  const [{ expected: alone }] = first.plans;
  return [...new Set([...EPSILONS, epsilon, ...also])]
    .filter(isServable)
    .sort((a, b) => a - b)
    .map((limit) => {
      const { path = -1, step = -1, plan } = cheapestWithin(paths, limit) ?? {};
      const { cost, speedup } = plan?.expected ?? { cost: alone.fullCost, speedup: 1 };
      return { epsilon: limit, cost, speedup, path, step };
    });
}
