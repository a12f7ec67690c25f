import { meant, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { FittedOn, Learner } from '../../lib/learn/learners/index.js';

/** @throws OptionError for a learner whose models were trained for other classes, or in another order */
export function checkPredicted(learners: readonly Learner[], classes: readonly unknown[]): void {
  const other = learners.find(({ predicts }) => predicts && !isSame(predicts, classes));
  if (other === undefined) return;
  const [theirs, ours] = [other.predicts ?? [], classes].map((labels) => labels.map(show).join(', '));
  throw new OptionError('approximate', `${other.name} predicts ${theirs}, and the full model ${ours}`);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i]);
}

/**
 * @throws OptionError for no learners, two of one name, and learners that don't suit the full model
 * or the features
 */
export function checkLearners(
  learners: readonly Learner[],
  numeric: boolean,
  features: FeatureSet<never>,
): void {
  if (learners.length === 0) throw new OptionError('approximate', 'expected at least one learner, got none');
  for (const learner of learners) checkLearner('approximate', learner);
  const other = learners.find(({ task }) => (task === 'regression') !== numeric);
  if (other !== undefined) {
    const [have, want] = numeric ? ['classes', 'numbers'] : ['numbers', 'classes'];
    throw new OptionError('approximate', `${other.name} gives ${have}, and the full model gives ${want}`);
  }
  for (const { name, reads = [] } of learners) {
    const unknown = reads.find((feature) => !features.names.includes(feature));
    if (unknown === undefined) continue;
    const there = features.names.join(', ');
    throw new OptionError(
      'approximate',
      `${name} reads '${unknown}', and there are ${there}${meant(unknown, features.names)}`,
    );
  }
  for (const learner of learners) checkOnFeatures('approximate', learner, features);
  const names = learners.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new OptionError('approximate', `two learners are named '${twice}'; give each a name of its own`);
  }
}

/**
 * Whether a learner and the features go together, before anything is fitted.
 *
 * @param name of the option that holds it
 * @throws OptionError for options that speak of features that aren't there, and for missing values that it doesn't take
 */
export function checkOnFeatures(
  name: string,
  { name: learner, task, mentions = {}, missing = false }: Learner,
  features: FeatureSet<never>,
): void {
  for (const [option, mentioned] of Object.entries(mentions)) {
    const unknown = mentioned.find((feature) => !features.names.includes(feature));
    if (unknown === undefined) continue;
    throw new OptionError(
      `${option}.${unknown}`,
      `no feature is named '${unknown}', which ${learner} in '${name}' mentions; there are ${features.names.join(', ')}${meant(unknown, features.names)}`,
    );
  }
  const gaps = missing ? undefined : features.names.find((feature) => features.get(feature).missing);
  if (gaps === undefined) return;
  const boosting = task === 'regression' ? "gradientBoosting({ loss: 'squared' })" : 'gradientBoosting()';
  throw new OptionError(
    name,
    `${learner} can't take missing values, and feature '${gaps}' has them (missing: true). Take ${boosting} as ` +
      `'${name}', which can; or give '${gaps}' missing: 'indicator', which puts 0 and a column that marks it; or put a ` +
      'number of your own (a mean, say) in place of NaN. A learner of your own that takes NaN declares missing: true',
  );
}

/** @param name of the option that holds it */
export function checkLearner(name: string, learner: Learner): void {
  if (
    typeof learner?.fit !== 'function' ||
    typeof learner.work !== 'function' ||
    typeof learner.name !== 'string'
  ) {
    throw new OptionError(
      name,
      `expected a learner with name, work() and fit(), got ${show(learner)}${callIt(learner)}${wrapIt(learner)}`,
    );
  }
}

/**
 * @param name of the option that holds the model, or a learner of one
 * @throws OptionError for rows that it was fitted on, where they can't be asked for
 */
export function checkFittedOn(
  name: string,
  { fittedOn }: { readonly fittedOn?: FittedOn | undefined },
): void {
  if (fittedOn !== undefined && typeof fittedOn?.has !== 'function')
    throw new OptionError(`${name}.fittedOn`, `expected { rows, has(row) }, got ${show(fittedOn)}`);
}

/** A model is no learner, and becomes one that has nothing to learn. */
function wrapIt(given: unknown): string {
  const isModel = typeof given === 'object' && given !== null && 'score' in given;
  return isModel ? '; a trained model is a stage by pretrained(model)' : '';
}

/** The functions that make learners are mistaken for them. */
export function callIt(given: unknown): string {
  if (typeof given === 'function' && 'task' in given) {
    const isEncoder = given.task === 'feature-extraction';
    return ` of transformers.js; ${isEncoder ? 'an encoder is a feature: embedding(pipeline, { … })' : 'await transformersModel(pipeline, { … })'}`;
  }
  return typeof given === 'function' ? `; call it: ${given.name || 'learner'}()` : '';
}
