import { checkOneOf, show } from '../check.js';
import { ModelError, OptionError } from '../errors.js';
import type { Declared } from './inputs.js';

/** What a model's numbers are. */
export type ScoreKind = 'probabilities' | 'logits';

/** What is made of a model's output. */
export interface Scoring {
  readonly model: string;
  /** undefined: a number a row. */
  readonly labels: readonly unknown[] | undefined;
  readonly kind: ScoreKind;
}

/** Sums of probabilities in low precision stray from 1 by as much. */
const STRAY = 0.05;

/**
 * @param output what the model declares of it
 * @param option what the labels are called among the options
 * @throws OptionError for labels or a kind that can't be those of this output
 */
export function scoringOf(
  model: string,
  labels: readonly unknown[] | undefined,
  kind: ScoreKind = 'probabilities',
  output: Declared,
  option = 'labels',
): Scoring {
  checkOneOf('scores', kind, ['probabilities', 'logits']);
  if (labels !== undefined) {
    if (!Array.isArray(labels) || labels.length < 2 || new Set(labels).size !== labels.length) {
      throw new OptionError(option, `expected at least 2 different ones, got ${show(labels)}`);
    }
  }
  const scoring = { model, labels, kind };
  const width = widthOf(output.shape);
  if (width !== undefined && !isWidth(scoring, width)) {
    throw new OptionError(option, wrongWidth(scoring, output.name, width));
  }
  return scoring;
}

/** Numbers a row, where they are known. */
function widthOf(shape: readonly (number | undefined)[] | undefined): number | undefined {
  return shape?.slice(1).reduce<number | undefined>((product, size) => {
    return product === undefined || size === undefined ? undefined : product * size;
  }, 1);
}

function isWidth({ labels }: Scoring, width: number): boolean {
  if (labels === undefined) return width === 1;
  return width === labels.length || (labels.length === 2 && width === 1);
}

function wrongWidth({ labels }: Scoring, output: string, width: number): string {
  return labels === undefined
    ? `the model's output '${output}' has ${width} numbers a row: without labels expected is 1`
    : `the model's output '${output}' has ${width} numbers a row, and there are ${labels.length} labels`;
}

/**
 * Writes scores, rows x classes, from a model's numbers. Of two classes one number is enough: the second's. NaN stays NaN:
 * the engine names its row, and answers it by its policy.
 *
 * @param shape of the output, rows first
 * @throws ModelError for an output of another shape, or probabilities that are none
 */
export function writeScores(
  scoring: Scoring,
  output: string,
  shape: readonly number[],
  numbers: ArrayLike<number>,
  rows: number,
  out: Float64Array,
): void {
  const { model, labels, kind } = scoring;
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  if (shape[0] !== rows || numbers.length !== rows * width) {
    throw new ModelError(
      model,
      `gave '${output}' of shape ${shape.join(' x ')} with ${numbers.length} numbers for ${rows} rows`,
    );
  }
  if (!isWidth(scoring, width)) throw new ModelError(model, wrongWidth(scoring, output, width));
  if (labels === undefined) {
    for (let row = 0; row < rows; row++) out[row] = numbers[row];
    return;
  }
  const classes = labels.length;
  if (width < classes) writePairs(numbers, rows, kind, out);
  else if (kind === 'logits') writeSoftmax(numbers, rows, classes, out);
  else out.set(numbers);
  if (kind === 'probabilities') checkProbabilities(model, out, rows, classes);
}

function writePairs(numbers: ArrayLike<number>, rows: number, kind: ScoreKind, out: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const second = kind === 'logits' ? 1 / (1 + Math.exp(-numbers[row])) : numbers[row];
    out[2 * row] = 1 - second;
    out[2 * row + 1] = second;
  }
}

/** Infinite logits of several classes are no answer, and become NaN. */
function writeSoftmax(logits: ArrayLike<number>, rows: number, classes: number, out: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, logits[from + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += out[from + c] = Math.exp(logits[from + c] - most);
    for (let c = 0; c < classes; c++) out[from + c] /= sum;
  }
}

function checkProbabilities(model: string, scores: Float64Array, rows: number, classes: number): void {
  for (let row = 0; row < rows; row++) {
    let [sum, least] = [0, 0];
    for (let c = 0; c < classes; c++) {
      const score = scores[row * classes + c];
      sum += score;
      if (score < least) least = score;
    }
    if (!(Math.abs(sum - 1) > STRAY) && !(least < -STRAY)) continue;
    throw new ModelError(
      model,
      `gave numbers that aren't probabilities: a row's sum is ${sum}, the least ${least}. If they are logits, say scores: 'logits'`,
    );
  }
}
