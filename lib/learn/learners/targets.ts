import { DataError, FeatureError } from '../../errors.js';
import type { TrainingSet } from './learner.js';

/** @throws DataError for no blocks or rows, and blocks of other lengths */
export function checkShapes({ blocks, rows }: TrainingSet): void {
  if (blocks.length === 0 || rows === 0) {
    throw new DataError(`${blocks.length} blocks of ${rows} rows: give at least one of each`);
  }
  blocks.forEach((block, b) => {
    if (block.rows !== rows) throw new DataError(`block ${b} has ${block.rows} rows, expected ${rows}`);
  });
}

/**
 * A number that a learner can't be fitted to: an error of the feature that gave it, where blocks have names.
 *
 * @param row its position in the training set, where one is to blame
 */
export function wrongNumber(
  { features }: Pick<TrainingSet, 'features'>,
  block: number,
  row: number | undefined,
  what: string,
): DataError | FeatureError {
  if (features !== undefined) return new FeatureError(features[block], row, what);
  return new DataError(`block ${block}${row === undefined ? '' : `, row ${row}`}: ${what}`);
}

/**
 * The distribution each row should get, rows x classes: `soft` with its rows divided by their sums, or the labels
 * as ones and zeros.
 *
 * @throws DataError for lengths that differ, a label or a distribution that isn't one, or a single class.
 */
export function targetDistributions({ rows, classes, labels, soft }: TrainingSet): Float64Array {
  const targets = soft === undefined ? oneHot(labels, rows, classes) : normalised(soft, rows, classes);
  const seen = classMass(targets, classes).filter((mass) => mass > 0).length;
  if (seen < 2) throw new DataError('all rows are of a single class: give rows of at least two classes');
  return targets;
}

/**
 * The number each row should get.
 *
 * @param need the owner of the values, for errors: `"task 'regression' needs values"`
 * @throws DataError for a length that differs, and a value that isn't finite.
 */
export function targetNumbers({ values, rows }: TrainingSet, need: string): Float64Array {
  if (values?.length !== rows) {
    throw new DataError(
      `${values?.length ?? 'no'} values for ${rows} rows: ${need}, one for each of ${rows} rows`,
    );
  }
  const row = values.findIndex((value) => !Number.isFinite(value));
  if (row !== -1) throw new DataError(`the value of row ${row} is ${values[row]}: expected a finite number`);
  return values;
}

/** The sum over rows of each class's probability. */
export function classMass(targets: Float64Array, classes: number): Float64Array {
  const mass = new Float64Array(classes);
  for (let i = 0; i < targets.length; i += classes) {
    for (let k = 0; k < classes; k++) mass[k] += targets[i + k];
  }
  return mass;
}

function oneHot(labels: Int32Array, rows: number, classes: number): Float64Array {
  if (labels.length !== rows) {
    throw new DataError(`${labels.length} labels for ${rows} rows: give one label a row`);
  }
  const targets = new Float64Array(rows * classes);
  for (let r = 0; r < rows; r++) {
    const label = labels[r];
    if (!(label >= 0 && label < classes)) {
      throw new DataError(`row ${r} has class ${label}: expected 0 … ${classes - 1}`);
    }
    targets[r * classes + label] = 1;
  }
  return targets;
}

/** Sums may be off by this much: what single precision leaves of 1. */
const SLACK = 1e-3;

function normalised(soft: Float64Array, rows: number, classes: number): Float64Array {
  if (soft.length !== rows * classes) {
    throw new DataError(`${soft.length} soft targets: expected ${rows} rows x ${classes} classes`);
  }
  const targets = new Float64Array(rows * classes);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let i = r * classes; i < (r + 1) * classes; i++) sum += soft[i] >= 0 ? soft[i] : Number.NaN;
    if (!(Math.abs(sum - 1) <= SLACK)) {
      const row = soft.subarray(r * classes, (r + 1) * classes).join(', ');
      throw new DataError(`soft targets of row ${r} are [${row}]: expected probabilities that sum to 1`);
    }
    for (let i = r * classes; i < (r + 1) * classes; i++) targets[i] = soft[i] / sum;
  }
  return targets;
}
