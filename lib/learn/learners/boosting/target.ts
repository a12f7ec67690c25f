import { DataError } from '../../../errors.js';
import type { TrainingSet } from '../learner.js';
import { targetDistributions, targetNumbers } from '../targets.js';
import {
  type BoostingLoss,
  listwiseLoss,
  logisticLoss,
  pairwiseLoss,
  quantileLoss,
  softmaxLoss,
  squaredLoss,
} from './losses/index.js';
import type { BoostingLossName, CheckedBoostingOptions } from './options.js';

export function isClassification(loss: BoostingLossName): boolean {
  return loss === 'auto' || loss === 'logistic' || loss === 'softmax';
}

/** The number of trees of a round with this loss. */
export function outputsOf(loss: BoostingLossName, classes: number): number {
  if (!isClassification(loss)) return 1;
  return loss === 'softmax' || (loss === 'auto' && classes !== 2) ? classes : 1;
}

/** The loss that the options name, on the targets of a training set. */
export function boostingLoss(set: TrainingSet, { loss, quantile }: CheckedBoostingOptions): BoostingLoss {
  if (isClassification(loss)) {
    const targets = targetDistributions(set);
    if (outputsOf(loss, set.classes) > 1) return softmaxLoss(targets, set.classes);
    if (set.classes === 2) return logisticLoss(targets.filter((_, i) => i % 2 === 1));
    throw new DataError(`loss 'logistic' is for two classes, but there are ${set.classes}: use 'softmax'`);
  }
  const values = targetNumbers(set, `loss '${loss}' is for numbers: give values`);
  if (loss === 'squared') return squaredLoss(values);
  if (loss === 'absolute') return quantileLoss(values, 0.5);
  if (loss === 'quantile') return quantileLoss(values, quantile);
  const { groups } = set;
  if (groups?.length !== set.rows) {
    throw new DataError(`loss '${loss}' ranks the rows of a query: give groups, the query of each row`);
  }
  return loss === 'pairwise' ? pairwiseLoss(values, groups) : listwiseLoss(values, groups);
}
