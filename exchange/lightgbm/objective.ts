import { damagedModel, unsupportedModel } from '../fields.js';
import {
  eachLogistic,
  exponential,
  type Link,
  signedSquare,
  softmaxLink,
  softplus,
  twoClasses,
} from '../links.js';

export interface LightgbmObjective {
  readonly classifies: boolean;
  readonly links: readonly Link[];
}

const NUMBERS = ['huber', 'fair', 'quantile', 'mape', 'lambdarank', 'rank_xendcg'];
const ROOTS = ['regression', 'regression_l2', 'regression_l1'];
const LOGARITHMS = ['poisson', 'gamma', 'tweedie'];

/**
 * The transformation of sums into answers.
 *
 * @param text the objective's name and parameters, `binary sigmoid:1`; undefined for a user's own
 * @throws ArtifactError `unsupported`
 */
export function lightgbmObjective(text: string | undefined, outputs: number): LightgbmObjective {
  const [name = '', ...words] = text?.split(' ') ?? [];
  const classifies = name === 'binary' || name === 'multiclass' || name === 'multiclassova';
  if (outputs > 1 !== name.startsWith('multiclass')) {
    throw unsupportedModel('lightgbm', `has the objective '${name}' with ${outputs} outputs`);
  }
  return { classifies, links: linksOf(name, words) };
}

function linksOf(name: string, words: readonly string[]): readonly Link[] {
  if (name === 'binary') return [twoClasses(steepness(words))];
  if (name === 'multiclass') return [softmaxLink];
  if (name === 'multiclassova') return [eachLogistic(steepness(words))];
  if (name === 'cross_entropy') return [eachLogistic()];
  if (name === 'cross_entropy_lambda') return [softplus];
  if (LOGARITHMS.includes(name)) return [exponential];
  if (ROOTS.includes(name)) return words.includes('sqrt') ? [signedSquare] : [];
  // A model trained to an objective of the user's own gives its sums.
  if (name === '' || NUMBERS.includes(name)) return [];
  const known = ['binary', 'multiclass', 'multiclassova', 'cross_entropy', 'cross_entropy_lambda'];
  throw unsupportedModel(
    'lightgbm',
    `has the objective '${name}'; known are ${[...known, ...ROOTS, ...LOGARITHMS, ...NUMBERS].join(', ')}`,
  );
}

function steepness(words: readonly string[]): number {
  const word = words.find((one) => one.startsWith('sigmoid:')) ?? 'sigmoid:1';
  const number = Number(word.slice('sigmoid:'.length));
  if (!(number > 0 && Number.isFinite(number))) throw damagedModel('lightgbm', `a steepness '${word}'`);
  return number;
}
