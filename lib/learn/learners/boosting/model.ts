import { isCount } from '../../../check.js';
import type { Block } from '../../../data/blocks/index.js';
import { ArtifactError } from '../../../errors.js';
import type { State } from '../../../util/state.js';
import { type Forest, forestTensors, loadForest, roundsOf } from '../../kernels/index.js';
import type { Ensemble } from '../ensemble.js';
import { checkedRows, logistic, softmaxRows } from '../scoring.js';

/** The parameters of a model of boosted trees. */
export interface BoostedParameters {
  /** 1 for regression and ranking. */
  readonly classes: number;
  /** The number of columns of each block. */
  readonly columns: readonly number[];
  /** Its sums are log-odds of class 1, margins of the classes, or the numbers themselves. */
  readonly forest: Forest;
  /** The total gain of the divisions by each column: all columns of all blocks, side by side. */
  readonly importance: Float64Array;
}

/** Boosted trees: probabilities of classes, or one number a row. */
export interface BoostedModel extends Ensemble, BoostedParameters {
  readonly state: State;
  score(blocks: readonly Block[], out: Float64Array): void;
}

/** What boosted trees are called that are smaller than those of the full model: one file may have models of both. */
export const SMALL_BOOSTING = 'small-gradient-boosting';

export function boostedModel(name: string, parameters: BoostedParameters): BoostedModel {
  const { classes, columns, forest, importance } = parameters;
  const { outputs } = forest;
  const rounds = roundsOf(forest);
  const conclude = (rows: number, sums: Float64Array, out: Float64Array) => {
    if (out !== sums) out.set(sums.subarray(0, rows * outputs));
    // Sums become probabilities in place.
    if (outputs > 1) softmaxRows(rows, classes, out);
    else if (classes > 1) logistic(rows, out);
  };
  const score = (blocks: readonly Block[], out: Float64Array) => {
    const rows = checkedRows(name, columns, blocks, out, classes);
    rounds.begin(rows, out);
    rounds.advance(blocks, out, 0, rounds.count);
    conclude(rows, out, out);
  };
  return {
    name,
    ...parameters,
    rounds: rounds.count,
    sums: outputs,
    state: {
      json: { classes, columns, outputs },
      tensors: { ...forestTensors(forest), importance },
    },
    begin: rounds.begin,
    advance(blocks, sums, from, to) {
      checkedRows(name, columns, blocks, sums, outputs);
      rounds.advance(blocks, sums, from, to);
    },
    conclude,
    score,
    own: score,
  };
}

/** @throws ArtifactError if the state isn't one of boosted trees. */
export function loadBoostedModel(name: string, { json, tensors }: State): BoostedModel {
  const damaged = (what: string) => new ArtifactError('damaged', `the state of model '${name}' has ${what}`);
  if (typeof json !== 'object' || json === null || !('classes' in json)) throw damaged('no classes');
  const { classes, columns, outputs } = json;
  if (!isCount(classes) || classes < 1) throw damaged('no classes');
  if (!isCount(outputs) || (outputs !== classes && (outputs !== 1 || classes !== 2)))
    throw damaged('no outputs');
  if (!Array.isArray(columns) || !columns.every(isCount)) throw damaged('no list of columns');
  const total = columns.reduce((sum, width) => sum + width, 0);
  const { importance, ...trees } = tensors;
  if (!(importance instanceof Float64Array && importance.length === total)) throw damaged('no importance');
  return boostedModel(name, {
    classes,
    columns,
    importance,
    forest: loadForest(name, outputs, total, trees),
  });
}
