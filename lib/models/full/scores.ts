import { checkOneOf, show } from '../../check.js';
import { ModelError, OptionError } from '../../errors.js';
import { exp } from '../../util/math/index.js';
import type { Declared } from './inputs.js';
import { checkLabelOutput, labelCodes, writeLabels } from './labels.js';

/** The kind of a model's scores. */
export type ScoreKind = 'probabilities' | 'logits';

/** The kind of a model's outputs: scores, or a label a row. */
export type OutputKind = ScoreKind | 'labels';

/** How a model's output becomes scores. */
export interface OutputScoring {
  readonly model: string;
  /** undefined: a number a row. */
  readonly labels: readonly unknown[] | undefined;
  readonly kind: OutputKind;
  /** Of labels: the class of each, as text. */
  readonly codes?: ReadonlyMap<string, number>;
}

/** Numbers that a network gave. */
export interface OutputNumbers {
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
}

/** An output of numbers or texts. */
export interface GivenOutput {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number> | readonly string[];
}

/** Sums of probabilities in low precision stray from 1 by as much. */
export const STRAY = 0.05;

/**
 * @param wanted without one it is the only output, or `probabilities`
 * @throws OptionError if the model has no output of that name, or several and no name was given
 */
export function outputNamed<Output extends { readonly name: string }>(
  outputs: readonly Output[],
  wanted: string | undefined,
): Output {
  const name = wanted ?? (outputs.length === 1 ? outputs[0].name : 'probabilities');
  const found = outputs.find((output) => output.name === name);
  if (found !== undefined) return found;
  const what =
    wanted === undefined ? 'name the one that holds the scores' : `the model has no ${show(wanted)}`;
  throw new OptionError('output', `${what}; it has ${outputs.map((output) => output.name).join(', ')}`);
}

/**
 * @param output the model's declaration of it
 * @throws OptionError for classes or a kind that don't fit this output
 */
export function scoringOf(
  model: string,
  labels: readonly unknown[] | undefined,
  wanted: OutputKind | undefined,
  output: Declared,
): OutputScoring {
  const kind = wanted ?? (output.type === 'string' ? 'labels' : 'probabilities');
  checkOneOf('scores', kind, ['probabilities', 'logits', 'labels']);
  checkLabelOutput(labels, kind, output);
  if (labels !== undefined) {
    if (!Array.isArray(labels) || labels.length < 2 || new Set(labels).size !== labels.length) {
      throw new OptionError('classes', `expected at least 2 different ones, got ${show(labels)}`);
    }
  }
  const scoring = { model, labels, kind, ...(kind === 'labels' && { codes: labelCodes(labels ?? []) }) };
  const width = widthOf(output.shape);
  if (width !== undefined && !isWidth(scoring, width)) {
    throw new OptionError('classes', wrongWidth(scoring, output.name, width));
  }
  return scoring;
}

/** Numbers a row, where they are known. */
function widthOf(shape: readonly (number | undefined)[] | undefined): number | undefined {
  return shape?.slice(1).reduce<number | undefined>((product, size) => {
    return product === undefined || size === undefined ? undefined : product * size;
  }, 1);
}

function isWidth({ labels, codes }: OutputScoring, width: number): boolean {
  if (labels === undefined || codes !== undefined) return width === 1;
  return width === labels.length || (labels.length === 2 && width === 1);
}

function wrongWidth({ labels, codes }: OutputScoring, output: string, width: number): string {
  if (codes !== undefined) return `the model's output '${output}' has ${width} values a row: a label is 1`;
  const has = `the model's output '${output}' has ${width} numbers a row`;
  if (labels === undefined) return `${has}: without 'classes' expected is 1`;
  const hint = width === 1 ? ". If they are labels, say scores: 'labels'" : '';
  return `${has}, and 'classes' names ${labels.length}${hint}`;
}

/**
 * Writes scores, rows x classes, from a model's outputs. For two classes one output is enough: the
 * second's. NaN stays NaN: the engine names its row, and answers it by its policy.
 *
 * @param shape of the output, rows first
 * @throws ModelError for an output of another shape, probabilities that are none, or labels of no class
 */
export function writeScores(
  scoring: OutputScoring,
  output: string,
  shape: readonly number[],
  values: ArrayLike<number> | readonly string[],
  rows: number,
  out: Float64Array,
): void {
  const { model, labels, kind, codes } = scoring;
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  if (shape[0] !== rows || values.length !== rows * width) {
    throw new ModelError(
      model,
      `gave '${output}' of shape ${shape.join(' x ')} with ${values.length} values for ${rows} rows`,
    );
  }
  if (!isWidth(scoring, width)) throw new ModelError(model, wrongWidth(scoring, output, width));
  if (codes !== undefined) {
    writeLabels(model, codes, output, values, out);
    return;
  }
  if (!areNumbers(values)) {
    throw new ModelError(model, `gave text as '${output}'. If it is a label, say scores: 'labels'`);
  }
  if (labels === undefined) {
    for (let row = 0; row < rows; row++) out[row] = values[row];
    return;
  }
  const classes = labels.length;
  if (width < classes) writePairs(model, values, rows, kind, out);
  else if (kind === 'logits') writeSoftmax(values, rows, classes, out);
  else writeProbabilities(model, values, rows, classes, out);
}

function areNumbers(values: ArrayLike<number> | readonly string[]): values is ArrayLike<number> {
  return typeof values[0] !== 'string';
}

function writePairs(
  model: string,
  numbers: ArrayLike<number>,
  rows: number,
  kind: OutputKind,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const second = kind === 'logits' ? 1 / (1 + exp(-numbers[row])) : numbers[row];
    const least = Math.min(second, 1 - second);
    if (least < -STRAY) throw noProbabilities(model, row, 1, least);
    out[2 * row] = 1 - second;
    out[2 * row + 1] = second;
  }
}

/** Written and looked at in one go: next to a quick model's own time it counts. */
export function writeProbabilities(
  model: string,
  numbers: ArrayLike<number>,
  rows: number,
  classes: number,
  out: Float64Array,
): void {
  for (let row = 0, i = 0; row < rows; row++) {
    let sum = 0;
    let least = 0;
    for (const end = i + classes; i < end; i++) {
      const score = numbers[i];
      out[i] = score;
      sum += score;
      if (score < least) least = score;
    }
    if (Math.abs(sum - 1) > STRAY || least < -STRAY) throw noProbabilities(model, row, sum, least);
  }
}

/** Infinite logits of several classes are no answer, and become NaN. */
export function writeSoftmax(
  logits: ArrayLike<number>,
  rows: number,
  classes: number,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, logits[from + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += out[from + c] = exp(logits[from + c] - most);
    for (let c = 0; c < classes; c++) out[from + c] /= sum;
  }
}

export function noProbabilities(model: string, row: number, sum: number, least: number): ModelError {
  return new ModelError(
    model,
    `gave numbers that aren't probabilities: a row's sum is ${sum}, the least ${least}. If they are ` +
      `logits, say scores: 'logits'`,
    { row },
  );
}
