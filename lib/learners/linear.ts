import { addProduct, type Block } from '../blocks/index.js';
import { ArtifactError, ModelError } from '../errors.js';
import type { State } from '../state.js';
import { firstColumns } from './design.js';
import type { Model } from './learner.js';

export interface LinearParameters {
  /** 1 for regression. */
  readonly classes: number;
  /** How many columns each block has. */
  readonly columns: readonly number[];
  /** All columns x outputs, row-major; outputs is 1 for two classes and for regression, else one a class. */
  readonly weights: Float64Array;
  /** One an output. -Infinity for a class that no training row had: its probability is 0. */
  readonly intercepts: Float64Array;
  /** The share of the training loss by which it may exceed the minimum, at most. */
  readonly gap: number;
}

/**
 * A fitted linear model: the number itself for regression, probabilities by the logistic function for two classes and by
 * softmax for more.
 */
export interface LinearModel extends Model, LinearParameters {
  readonly state: State;
  score(blocks: readonly Block[], out: Float64Array): void;
}

export function linearModel(name: string, parameters: LinearParameters): LinearModel {
  const { classes, columns, weights, intercepts, gap } = parameters;
  const outputs = intercepts.length;
  const first = firstColumns(columns);
  return {
    name,
    ...parameters,
    state: { json: { classes, columns, gap }, tensors: { weights, intercepts } },
    score(blocks, out) {
      const rows = checkedRows(name, columns, blocks);
      if (out.length < rows * classes) {
        throw new ModelError(
          name,
          `${rows} rows need ${rows * classes} scores, but there is room for ${out.length}`,
        );
      }
      // Margins are written to the front of `out` and become probabilities in place.
      for (let r = 0, i = 0; r < rows; r++) for (let o = 0; o < outputs; o++) out[i++] = intercepts[o];
      for (let b = 0; b < blocks.length; b++) addProduct(blocks[b], weights, first[b], outputs, out);
      if (classes === 2) logistic(rows, out);
      else if (classes > 2) softmax(rows, classes, out);
    },
  };
}

/** @throws ArtifactError when the state isn't that of a linear model. */
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

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function checkedRows(name: string, columns: readonly number[], blocks: readonly Block[]): number {
  if (blocks.length !== columns.length) {
    throw new ModelError(name, `was fitted to ${columns.length} blocks, got ${blocks.length}`);
  }
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  for (let b = 0; b < blocks.length; b++) {
    if (blocks[b].columns !== columns[b]) {
      throw new ModelError(
        name,
        `block ${b} has ${blocks[b].columns} columns, but it was fitted to ${columns[b]}: give the features it was fitted to`,
      );
    }
    if (blocks[b].rows !== rows) {
      throw new ModelError(name, `block ${b} has ${blocks[b].rows} rows, block 0 has ${rows}`);
    }
  }
  return rows;
}

/** From the last row to the first, since a row's two probabilities lie at or after its one margin. */
function logistic(rows: number, out: Float64Array): void {
  for (let r = rows - 1; r >= 0; r--) {
    const margin = out[r];
    const small = Math.exp(-Math.abs(margin));
    const minor = small / (1 + small);
    out[2 * r] = margin > 0 ? minor : 1 - minor;
    out[2 * r + 1] = margin > 0 ? 1 - minor : minor;
  }
}

function softmax(rows: number, classes: number, out: Float64Array): void {
  for (let from = 0; from < rows * classes; from += classes) {
    let top = out[from];
    for (let i = from + 1; i < from + classes; i++) if (out[i] > top) top = out[i];
    let sum = 0;
    for (let i = from; i < from + classes; i++) {
      out[i] = Math.exp(out[i] - top);
      sum += out[i];
    }
    for (let i = from; i < from + classes; i++) out[i] /= sum;
  }
}
