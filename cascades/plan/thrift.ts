import type { Candidate, Thresholds } from '../chain/index.js';
import type { Label } from '../types/index.js';
import { type Planning, planOf } from './plans.js';

/**
 * The thresholds without stages that save nothing: so few rows leave there that the rest of the
 * plan is cheaper without them. The search for a chain spreads the costs of a batch over all rows,
 * however few reach a stage.
 */
export function thrifty<L extends Label, Name extends string>(
  planning: Planning<L, Name>,
  chain: readonly Candidate[],
  thresholds: Thresholds,
): Thresholds {
  const costOf = (at: Thresholds) => planOf(planning, chain, at).expected.cost;
  const without = (at: Thresholds, s: number): Thresholds =>
    at.map((own, i) => (i === s ? own.map(() => Number.POSITIVE_INFINITY) : own));
  let best = { at: thresholds, cost: costOf(thresholds) };
  for (;;) {
    const shorter = best.at.flatMap((own, s) => {
      if (!own.some(Number.isFinite)) return [];
      const at = without(best.at, s);
      return [{ at, cost: costOf(at) }];
    });
    const next = shorter.find(({ cost }) => cost < best.cost);
    if (next === undefined) return best.at;
    best = shorter.reduce((least, each) => (each.cost < least.cost ? each : least), next);
  }
}

/** The same for each plan of a path; those that become alike are one. */
export function thriftyPath<L extends Label, Name extends string>(
  planning: Planning<L, Name>,
  chain: readonly Candidate[],
  path: readonly Thresholds[],
): Thresholds[] {
  const plans: Thresholds[] = [];
  for (const thresholds of path) {
    const at = thrifty(planning, chain, thresholds);
    const last = plans.at(-1);
    const isSame = last?.every((own, s) => own.every((threshold, c) => threshold === at[s][c]));
    if (isSame !== true) plans.push(at);
  }
  return plans;
}
