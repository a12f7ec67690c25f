import type { Block } from '../../../data/blocks/index.js';
import { ArtifactError } from '../../../errors.js';
import type { State } from '../../../util/state.js';
import {
  type Forest,
  type ForestKernel,
  forestKernel,
  forestTensors,
  loadForest,
} from '../../kernels/index.js';
import type { Model } from '../learner.js';
import { type LinearModel, loadLinearModel } from '../linear.js';
import { checkedRows } from '../scoring.js';
import { logShares } from './calibration.js';
import { voteLayout } from './votes.js';

/** The parameters of a random forest. */
export interface RandomForestParameters {
  /** 1 for regression. */
  readonly classes: number;
  /** The number of columns of each block. */
  readonly columns: readonly number[];
  /** The number of trees, and of rows that they were grown on: maybe fewer than requested. */
  readonly trees: number;
  readonly rows: number;
  /** Its sums are votes, several classes' in one sum if they fit, or the trees' values. */
  readonly forest: Forest;
  /** Makes votes probabilities; absent for regression. */
  readonly calibration?: LinearModel;
}

/** A trained random forest: calibrated probabilities of classes, or the mean of its trees' numbers. */
export interface RandomForestModel extends Model, RandomForestParameters {
  readonly state: State;
  score(blocks: readonly Block[], out: Float64Array): void;
}

export function randomForestModel(name: string, parameters: RandomForestParameters): RandomForestModel {
  const { classes, columns, trees, rows: grownTo, forest, calibration } = parameters;
  const layout = voteLayout(classes, trees);
  let kernel: ForestKernel | undefined;
  return {
    name,
    ...parameters,
    state: {
      json: {
        classes,
        columns,
        trees,
        rows: grownTo,
        ...(calibration && { calibration: calibration.state.json }),
      },
      tensors: { ...forestTensors(forest), ...calibration?.state.tensors },
    },
    score(blocks, out) {
      const rows = checkedRows(name, columns, blocks, out, classes);
      kernel ??= forestKernel(forest, columns);
      kernel.run(blocks, out);
      const sums = out.subarray(0, rows * forest.outputs);
      if (calibration) calibration.score([logShares(layout, sums)], out);
      else for (let i = 0; i < sums.length; i++) sums[i] /= trees;
    },
  };
}

/** @throws ArtifactError if the state isn't one of a random forest. */
export function loadRandomForest(name: string, { json, tensors }: State): RandomForestModel {
  const damaged = (what: string) => new ArtifactError('damaged', `the state of model '${name}' has ${what}`);
  if (typeof json !== 'object' || json === null || !('classes' in json)) throw damaged('no classes');
  const { classes, columns, trees, rows } = json;
  if (!isCount(classes)) throw damaged('no classes');
  if (!Array.isArray(columns) || !columns.every((width) => width === 0 || isCount(width)))
    throw damaged('no list of columns');
  if (!isCount(trees) || !isCount(rows)) throw damaged('no numbers of trees and rows');
  const { weights, intercepts, ...nodes } = tensors;
  const outputs = classes === 1 ? 1 : voteLayout(classes, trees).outputs;
  const total = columns.reduce((sum, width) => sum + width, 0);
  const forest = loadForest(name, outputs, total, nodes);
  if (forest.roots.length !== trees * outputs) throw damaged(`${forest.roots.length} roots`);
  if (classes === 1) return randomForestModel(name, { classes, columns, trees, rows, forest });
  if (json.calibration === undefined) throw damaged('no calibration');
  const calibration = loadLinearModel(name, { json: json.calibration, tensors: { weights, intercepts } });
  if (calibration.classes !== classes || calibration.columns.join() !== String(classes === 2 ? 1 : classes))
    throw damaged('a calibration of other classes');
  return randomForestModel(name, { classes, columns, trees, rows, forest, calibration });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
