import { isCount } from '../../check.js';
import { addProduct, type Block } from '../../data/blocks/index.js';
import { ArtifactError } from '../../errors.js';
import type { State } from '../../util/state.js';
import { firstColumns } from './design.js';
import type { Model } from './learner.js';
import { checkedRows, logistic, softmaxRows } from './scoring.js';

/** The parameters of a linear model. */
export interface LinearParameters {
  /** 1 for regression. */
  readonly classes: number;
  /** The number of columns of each block. */
  readonly columns: readonly number[];
  /** All columns x outputs, row-major; outputs is 1 for two classes and for regression, else one a class. */
  readonly weights: Float64Array;
  /** One an output. -Infinity for a class that no training row had: its probability is 0. */
  readonly intercepts: Float64Array;
  /** The share of the training loss by which it may exceed the minimum, at most. */
  readonly gap: number;
}

/**
 * A fitted linear model: the number itself for regression, probabilities by the logistic function for two classes and
 * by softmax for more.
 */
export interface LinearModel extends Model, LinearParameters {
  readonly state: State;
  score(blocks: readonly Block[], out: Float64Array): void;
  /**
   * Writes the scores for margins, rows x outputs, to the front of `out`, rows x classes, which may
   * be `margins`.
   */
  conclude(rows: number, margins: Float64Array, out: Float64Array): void;
  /**
   * The margin of one output, as a model of one value a row: with several classes, a small part of
   * the work.
   */
  margin(output: number): Model;
}

/** Whether a model is linear, as those of `logisticRegression` and `ridgeRegression` are. */
export function isLinear(model: Model): model is LinearModel {
  return 'weights' in model && 'intercepts' in model && 'margin' in model;
}

export function linearModel(name: string, parameters: LinearParameters): LinearModel {
  const { classes, columns, weights, intercepts, gap } = parameters;
  const outputs = intercepts.length;
  const first = firstColumns(columns);
  const conclude = (rows: number, margins: Float64Array, out: Float64Array) => {
    if (out !== margins) out.set(margins.subarray(0, rows * outputs));
    if (classes === 2) logistic(rows, out);
    else if (classes > 2) softmaxRows(rows, classes, out);
  };
  const margins = new Map<number, Model>();
  return {
    name,
    ...parameters,
    conclude,
    margin(output) {
      const known = margins.get(output);
      if (known !== undefined) return known;
      const made = marginModel(name, parameters, output);
      margins.set(output, made);
      return made;
    },
    state: { json: { classes, columns, gap }, tensors: { weights, intercepts } },
    score(blocks, out) {
      const rows = checkedRows(name, columns, blocks, out, classes);
      // Margins are written to the front of `out` and become probabilities in place.
      for (let r = 0, i = 0; r < rows; r++) for (let o = 0; o < outputs; o++) out[i++] = intercepts[o];
      for (let b = 0; b < blocks.length; b++) addProduct(blocks[b], weights, first[b], outputs, out);
      conclude(rows, out, out);
    },
  };
}

/** One output's weights, side by side. */
function marginModel(
  name: string,
  { columns, weights, intercepts }: LinearParameters,
  output: number,
): Model {
  const outputs = intercepts.length;
  const own = new Float64Array(weights.length / outputs);
  for (let column = 0; column < own.length; column++) own[column] = weights[column * outputs + output];
  const first = firstColumns(columns);
  return {
    name,
    classes: 1,
    score(blocks, out) {
      out.fill(intercepts[output], 0, checkedRows(name, columns, blocks, out, 1));
      for (let b = 0; b < blocks.length; b++) addProduct(blocks[b], own, first[b], 1, out);
    },
  };
}

/** @throws ArtifactError if the state isn't one of a linear model. */
export function loadLinearModel(name: string, { json, tensors }: State): LinearModel {
  const damaged = (what: string) => new ArtifactError('damaged', `the state of model '${name}' has ${what}`);
  if (typeof json !== 'object' || json === null || !('classes' in json)) throw damaged('no classes');
  const { classes, columns, gap } = json;
  if (typeof classes !== 'number' || !Number.isInteger(classes) || classes < 1) throw damaged('no classes');
  if (!Array.isArray(columns) || !columns.every(isCount)) throw damaged('no list of columns');
  if (typeof gap !== 'number') throw damaged('no gap');
  const { weights, intercepts } = tensors;
  if (!(weights instanceof Float64Array && intercepts instanceof Float64Array)) {
    throw damaged('no weights and intercepts in double precision');
  }
  const outputs = classes === 2 ? 1 : classes;
  const total = columns.reduce((sum, width) => sum + width, 0);
  if (intercepts.length !== outputs || weights.length !== total * outputs) {
    throw damaged(
      `${weights.length} weights and ${intercepts.length} intercepts: expected ${total * outputs} and ${outputs}`,
    );
  }
  return linearModel(name, { classes, columns, weights, intercepts, gap });
}
