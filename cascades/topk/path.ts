import { CONSERVATIVE, outcomeAt, type Trial } from './chain.js';
import type { FoundChain } from './search.js';

const COARSE = 0.4;
const FINE = 0.03;
/** Near the width that may be expected to pass steps are fine, and they go on beyond it. */
const NEAR = 0.3;
const BEYOND = 1.5;

/**
 * The widths of a chain's plans, from careful to bold, all cuts moved together: from the first that is cheaper than to keep all, past the one
 * that may be expected to pass. Chosen without the certification queries.
 */
export function pathOf({ chain, log }: FoundChain, trial: Trial): number[] {
  const path: number[] = [];
  let conservative = log + NEAR;
  while (conservative < CONSERVATIVE && outcomeAt(chain, conservative, trial).cost < trial.costs.full) {
    path.unshift(conservative);
    conservative += COARSE;
  }
  for (let at = log + NEAR - FINE; at > log - BEYOND; at -= FINE) path.push(at);
  return path;
}
