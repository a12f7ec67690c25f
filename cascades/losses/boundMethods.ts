import { hasExactTest } from './facts.js';
import type { StatedLoss } from './list.js';

/** All that other steps must know of a method. Its test is in `cascades/certification/procedures`. */
interface MethodFacts {
  /** Whether it counts lost rows. Groups lose means, and some losses are fractions: neither can be counted. */
  readonly countsRows: boolean;
  /** Whether it adapts to the variance of what groups lose: it allows more of means that are near to each other. */
  readonly adaptsToVariance: boolean;
}

/** The methods, in the order in which messages name them. */
export const BOUND_METHODS = {
  exact: { countsRows: true, adaptsToVariance: false },
  'hoeffding-bentkus': { countsRows: false, adaptsToVariance: false },
  betting: { countsRows: false, adaptsToVariance: true },
} as const satisfies Record<string, MethodFacts>;

/**
 * How a bound is tested. `exact`: for losses of 0 and 1, and `accuracy`. `betting` (Waudby-Smith and Ramdas 2024) and
 * `hoeffding-bentkus`: for any loss, of rows or of groups.
 */
export type BoundMethod = keyof typeof BOUND_METHODS;

/** Whether a method is valid for a loss over such units. */
export function fitsMethod(method: BoundMethod, loss: StatedLoss, unit: 'rows' | 'groups'): boolean {
  return !BOUND_METHODS[method].countsRows || (unit === 'rows' && hasExactTest(loss));
}
