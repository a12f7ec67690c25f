import { meant, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';
import { isLabel } from './labels.js';
import { callIt, checkLearner, checkOnFeatures } from './learners.js';

/** A full model: a learner to train, or a trained model. */
export type FullOption<L> = Learner | TrainedModel<L> | TrainedRegression;

/** Whether answers are numbers, and not classes. */
export function isRegression(full: FullOption<unknown>): boolean {
  return 'task' in full && full.task === 'regression';
}

export function checkFull<L>(full: FullOption<L>, features: FeatureSet<never>): void {
  if (typeof full !== 'object' || full === null) {
    throw new OptionError('full', `expected a learner or a trained model, got ${show(full)}${callIt(full)}`);
  }
  if ('fit' in full) {
    checkLearner('full', full);
    checkOnFeatures('full', full, features);
  } else if (typeof full.score !== 'function' || !('task' in full || Array.isArray(full.labels))) {
    throw new OptionError(
      'full',
      "expected a learner with fit(), or a trained model with score() and labels or task: 'regression'",
    );
  } else if ('task' in full) {
    if (full.task !== 'regression' || full.classes !== 1) {
      throw new OptionError(
        'full',
        "expected task: 'regression' and classes: 1, the number that it gives a row",
      );
    }
  } else if (full.labels.length < 2 || full.labels.length !== full.classes) {
    throw new OptionError(
      'full',
      `has ${full.labels.length} labels and ${full.classes} classes; expected as many, at least 2`,
    );
  } else {
    const odd = full.labels.find((label) => !isLabel(label));
    if (odd !== undefined)
      throw new OptionError('full', `has a label ${show(odd)}; expected strings, finite numbers or booleans`);
  }
  if (!('fit' in full) && full.readsRows && full.reads !== undefined) {
    throw new OptionError('full.reads', 'a model that reads the rows reads no feature; leave it out');
  }
  if ('reads' in full) checkReads(full.reads, features.names);
}

/** The features that a trained model reads: none where it reads the rows. */
export function featuresRead(
  { reads, readsRows = false }: Pick<TrainedModel<unknown>, 'reads' | 'readsRows'>,
  names: readonly string[],
): readonly string[] {
  return readsRows ? [] : (reads ?? names);
}

function checkReads(reads: readonly string[] | undefined, names: readonly string[]): void {
  if (reads?.length === 0) throw new OptionError('full.reads', 'is empty; expected names of features');
  const unknown = reads?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(
      'full.reads',
      `no feature is named '${unknown}'; there are ${names.join(', ')}${meant(unknown, names)}`,
    );
  }
}
