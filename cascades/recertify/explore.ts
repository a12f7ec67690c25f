import { REASONS } from '../../lib/report/words/index.js';
import { exploratory } from '../certification/index.js';
import { type CascadeParts, replan, servedPath, usesOf } from '../plan/index.js';
import type { Label, Plan } from '../types/index.js';

/** The same cascade under a user's plan, without a promise. */
export function withPlan<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
): CascadeParts<Row, L, Name> {
  return unpromisedUnder(parts, replan(parts, plan), REASONS.byHand);
}

/**
 * The same cascade under an uncertified plan over its stages. @param reason why it isn't certified
 */
export function unpromisedUnder<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
  reason: string,
): CascadeParts<Row, L, Name> {
  const { stages: chain } = servedPath(parts);
  return {
    ...parts,
    plan,
    stages: usesOf(chain, plan).map((s) => chain[s]),
    certificate: exploratory(parts.certificate, reason),
    frontier: [],
    advice: [],
    modes: undefined,
  };
}
