import type { Label } from './kind.js';
import { classLoss } from './ofClass.js';

/** The share of the rows with a class by the full model that the cascade gives another class. */
export interface RecallLoss<L = Label> {
  readonly recall: L;
}

/**
 * The recall of a class against the full model's answers, not against the truth, as a loss: the share of the rows
 * with this class by the full model that the cascade gives another class. It needs no labels. Alone it doesn't bound
 * errors on other classes: a cascade that always answers this class misses none.
 *
 * @param label a class of the full model
 * @example
 * const bound = { loss: recall('spam'), epsilon: 0.02 }; // the cascade may miss 2 % of the full model's spam
 */
export function recall<const L extends Label>(label: L): RecallLoss<L> {
  return { recall: label };
}

export const recallLoss = classLoss({
  what: 'recall',
  over: 'full model',
  differs: 'misses',
  of: recall,
  labelOf: (loss) => (typeof loss === 'object' && 'recall' in loss ? loss.recall : undefined),
});
