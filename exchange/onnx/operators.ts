import { type Rounds, roundsOf } from '../../lib/learn/kernels/index.js';
import { damagedModel, unsupportedModel } from '../fields.js';
import { complement, eachLogistic, type Link, softmaxLink, twoClasses } from '../links.js';
import { linear } from './linear.js';
import type { Attributes } from './messages.js';
import { columnsRead, forestOf, readEnsemble } from './trees.js';

/** An operator's outputs for given columns. */
export interface Predictor {
  readonly classifies: boolean;
  /** Columns that it reads at least; exactly those, if it is `exact`. */
  readonly columns: number;
  readonly exact: boolean;
  readonly outputs: number;
  readonly sums: Rounds;
  readonly links: readonly Link[];
  readonly labels?: readonly (string | number)[];
}

const MOST_OUTPUTS = 2 ** 16;

/** Those that turn columns into scores. `columns` is how many the model is known to have, if it is. */
export const predictors: Readonly<Record<string, (attributes: Attributes, columns?: number) => Predictor>> = {
  TreeEnsembleClassifier: treeClassifier,
  TreeEnsembleRegressor: treeRegressor,
  LinearClassifier: linearClassifier,
  LinearRegressor: linearRegressor,
};

function treeClassifier(attributes: Attributes, known?: number): Predictor {
  const ensemble = readEnsemble(attributes, 'class');
  const labels = labelsOf(attributes);
  const ids = [...new Set(ensemble.trees.flatMap(({ weights }) => [...weights.keys()]))];
  const base = attributes.floats('base_values');
  const post = attributes.text('post_transform', 'NONE');
  const columns = known ?? columnsRead(ensemble);
  const common = { classifies: true, columns, exact: false, labels };
  if (labels.length === 2 && (base.length > 1 || (ids.length === 1 && ids[0] !== 0))) {
    throw unsupportedModel(
      'onnx',
      'has two classes with weights or base values of which runtimes make different things',
    );
  }
  if (labels.length === 2 && ids.length === 1) {
    // Weights of number 0 alone are the second class's.
    const start = Float64Array.of(base[0] ?? 0);
    const forest = forestOf(ensemble, columns, start, 1, () => 0);
    const isProbability = ensemble.weights.every((weight) => weight >= 0);
    if (post !== 'LOGISTIC' && !(post === 'NONE' && isProbability)) {
      throw unsupportedModel('onnx', `gives two classes scores of '${post}', which are no probabilities`);
    }
    const links = [post === 'LOGISTIC' ? twoClasses() : complement];
    return { ...common, outputs: 1, links, sums: roundsOf(forest) };
  }
  const forest = forestOf(ensemble, columns, startOf(base, labels.length), 1, (id) => id);
  const links = linksOf(post);
  return { ...common, outputs: labels.length, links, sums: roundsOf(forest) };
}

function treeRegressor(attributes: Attributes, known?: number): Predictor {
  const ensemble = readEnsemble(attributes, 'target');
  const outputs = countOf(attributes, 'n_targets');
  const aggregate = attributes.text('aggregate_function', 'SUM');
  if (aggregate !== 'SUM' && aggregate !== 'AVERAGE') {
    throw unsupportedModel('onnx', `takes the '${aggregate}' of trees; known are SUM and AVERAGE`);
  }
  const scale = aggregate === 'AVERAGE' ? 1 / ensemble.trees.length : 1;
  const columns = known ?? columnsRead(ensemble);
  const base = startOf(attributes.floats('base_values'), outputs);
  const forest = forestOf(ensemble, columns, base, scale, (id) => id);
  return {
    classifies: false,
    columns,
    exact: false,
    outputs,
    links: linksOf(attributes.text('post_transform', 'NONE')),
    sums: roundsOf(forest),
  };
}

function linearClassifier(attributes: Attributes): Predictor {
  const labels = labelsOf(attributes);
  const intercepts = attributes.floats('intercepts');
  const isPair = labels.length === 2 && intercepts.length === 1;
  const post = attributes.text('post_transform', 'NONE');
  const model = linear(attributes.floats('coefficients'), intercepts, isPair ? 1 : labels.length);
  if (post !== 'SOFTMAX' && post !== 'LOGISTIC') {
    throw unsupportedModel('onnx', `gives classes scores of '${post}', which are no probabilities`);
  }
  if (isPair && post !== 'LOGISTIC')
    throw unsupportedModel('onnx', `has one score for two classes with '${post}'`);
  return {
    ...model,
    classifies: true,
    exact: true,
    labels,
    links: isPair ? [twoClasses()] : linksOf(post),
  };
}

function linearRegressor(attributes: Attributes): Predictor {
  const outputs = countOf(attributes, 'targets');
  const model = linear(attributes.floats('coefficients'), attributes.floats('intercepts'), outputs);
  return {
    ...model,
    classifies: false,
    exact: true,
    links: linksOf(attributes.text('post_transform', 'NONE')),
  };
}

export function linksOf(post: string): readonly Link[] {
  if (post === 'NONE') return [];
  if (post === 'SOFTMAX') return [softmaxLink];
  if (post === 'LOGISTIC') return [eachLogistic()];
  throw unsupportedModel('onnx', `has the transformation '${post}'; known are NONE, SOFTMAX and LOGISTIC`);
}

function labelsOf(attributes: Attributes): readonly (string | number)[] {
  const texts = [...attributes.texts('classlabels_strings'), ...attributes.texts('classlabels_string')];
  const labels =
    texts.length > 0
      ? texts
      : [...attributes.wholes('classlabels_int64s'), ...attributes.wholes('classlabels_ints')];
  if (labels.length < 2 || labels.length > MOST_OUTPUTS)
    throw damagedModel('onnx', `${labels.length} labels of classes`);
  return labels;
}

function countOf(attributes: Attributes, name: string): number {
  const count = attributes.whole(name, 1);
  if (!(count >= 1 && count <= MOST_OUTPUTS)) throw damagedModel('onnx', `${count} for ${name}`);
  return count;
}

function startOf(base: readonly number[], outputs: number): Float64Array {
  if (base.length !== 0 && base.length !== outputs) {
    throw damagedModel('onnx', `${base.length} base_values for ${outputs} outputs`);
  }
  return Float64Array.from({ length: outputs }, (_, o) => base[o] ?? 0);
}
