import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { ThresholdDecision } from '../../lib/models/full/index.js';
import { damagedModel, type Fields } from '../fields.js';
import { PIPELINE } from './node.js';

/** A label of scikit-learn's: a text, a whole number, or a truth value. */
export type SklearnLabel = string | number | boolean;

/**
 * The labels of the model's classes.
 *
 * @param outputs how many they must be
 * @param given those that the caller expects
 * @throws ArtifactError, and OptionError where the file has others than those given
 */
export function readLabels<L extends SklearnLabel>(
  fields: Fields,
  outputs: number,
  given: readonly L[] | undefined,
): readonly (L | SklearnLabel)[] {
  const own = fields.list('classes').map((label): SklearnLabel => {
    if (typeof label === 'string' || typeof label === 'boolean') return label;
    if (typeof label === 'number' && Number.isFinite(label)) return label;
    throw damagedModel(PIPELINE, `a class ${show(label)}`);
  });
  if (own.length !== outputs || new Set(own.map(String)).size !== outputs)
    throw damagedModel(PIPELINE, `classes ${own.map(show).join(', ')} for ${outputs} different ones`);
  if (given === undefined) return own;
  if (!Array.isArray(given) || given.length !== own.length || given.some((label, at) => label !== own[at]))
    throw new OptionError(
      'labels',
      `the file has ${own.map(show).join(', ')}, in this order; got ${Array.isArray(given) ? `[${given.map(show).join(', ')}]` : show(given)}`,
    );
  return given;
}

/** @returns undefined where the likeliest class is the answer. @throws ArtifactError */
export function readDecision(fields: Fields, labels: readonly unknown[]): ThresholdDecision | undefined {
  if (fields.get('decision') === null) return undefined;
  const decision = fields.fields('decision');
  const threshold = decision.get('threshold');
  if (labels.length !== 2 || typeof threshold !== 'number' || !(threshold > 0 && threshold < 1))
    throw damagedModel(PIPELINE, `a threshold ${show(threshold)} for ${labels.length} classes`);
  return { threshold: { [String(labels[decision.count('class', 1)])]: threshold } };
}
