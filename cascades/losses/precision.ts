import type { Label } from './kind.js';
import { classLoss } from './ofClass.js';

/** The share of the rows with a class by the cascade that the full model gives another class. */
export interface PrecisionLoss<L = Label> {
  readonly precision: L;
}

/**
 * The precision of a class against the full model's answers, not against the truth, as a loss: the share of the rows
 * with this class by the cascade that the full model gives another class. It needs no labels. Each plan is tested on
 * the rows that it gives the class itself, so a plan that never answers it can't be certified.
 *
 * @param label a class of the full model
 * @example
 * const bound = { delta: 0.05, all: [{ loss: recall('spam'), epsilon: 0.02 }, { loss: precision('spam'), epsilon: 0.01 }] };
 */
export function precision<const L extends Label>(label: L): PrecisionLoss<L> {
  return { precision: label };
}

export const precisionLoss = classLoss({
  what: 'precision',
  over: 'cascade',
  differs: 'disagrees on',
  of: precision,
  labelOf: (loss) => (typeof loss === 'object' && 'precision' in loss ? loss.precision : undefined),
});
