import type { Learner } from './learner.js';

/**
 * A learner whose options were chosen, with all that a user's copy of the open learner changes, its name for example.
 * A copy with a `fit` of its own stays open: nobody knows what that makes of the options.
 */
export function fixedCopy(copy: Learner, open: Learner, fixed: Learner): Learner {
  if (copy.fit !== open.fit) return copy;
  const known = new Map<string, unknown>(Object.entries(open));
  const changes = Object.entries(copy).filter(([key, value]) => known.get(key) !== value);
  return { ...fixed, ...Object.fromEntries(changes) };
}
