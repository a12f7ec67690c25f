import { show } from '../../../check.js';
import { ModelError } from '../../../errors.js';
import { type OutputScoring, writeProbabilities, writeSoftmax } from '../scores.js';

/** A row's probabilities in the order of the labels, by label, or as pipelines list them. */
type OneRow<L> =
  | ArrayLike<number>
  | Readonly<Record<string, number>>
  | readonly { readonly label: L; readonly score: number }[];

/** The probabilities of several rows: an entry a row, or all in one typed array, rows x labels, row-major. */
export type RowProbabilities<L> = Float32Array | Float64Array | readonly OneRow<L>[];

/**
 * Writes what a function of rows returned as scores, rows x classes. NaN stays NaN: the engine names its row, and
 * answers it by its policy.
 *
 * @throws ModelError for more or fewer answers than rows, and, naming the row by its position, for an answer that is
 *   none, has another width, or isn't probabilities
 */
export function writeAnswers(
  answering: OutputScoring,
  answers: unknown,
  rows: number,
  out: Float64Array,
): void {
  const { model, labels, kind } = answering;
  if (labels === undefined) {
    writeNumbers(model, answers, rows, out);
    return;
  }
  const classes = labels.length;
  const flat = isFloats(answers)
    ? checkedFlat(model, answers, rows, classes)
    : flattened(answering, labels, answers, rows);
  if (kind === 'logits') writeSoftmax(flat, rows, classes, out);
  else writeProbabilities(model, flat, rows, classes, out);
}

function writeNumbers(model: string, answers: unknown, rows: number, out: Float64Array): void {
  if (!isFloats(answers) && !Array.isArray(answers)) {
    throw new ModelError(model, `expected an array of a number a row, got ${show(answers)}`);
  }
  const { length } = answers;
  if (length !== rows) throw new ModelError(model, wrongCount(length, rows, 'numbers'));
  for (let row = 0; row < rows; row++) {
    const answer: unknown = answers[row];
    if (typeof answer !== 'number') {
      const hint = Array.isArray(answer) ? "; a model of classes needs 'labels'" : '';
      throw new ModelError(model, `expected a number, got ${show(answer)}${hint}`, { row });
    }
    out[row] = answer;
  }
}

function isFloats(value: unknown): value is Float32Array | Float64Array {
  return value instanceof Float32Array || value instanceof Float64Array;
}

function checkedFlat<Numbers extends Float32Array | Float64Array>(
  model: string,
  numbers: Numbers,
  rows: number,
  classes: number,
): Numbers {
  if (numbers.length === rows * classes) return numbers;
  const given = numbers.length / classes;
  const what = Number.isInteger(given)
    ? wrongCount(given, rows, 'answers')
    : `gave ${numbers.length} numbers for ${rows} rows`;
  throw new ModelError(model, `${what}; expected ${rows} x ${classes} labels = ${rows * classes} numbers`);
}

function flattened(
  { model }: OutputScoring,
  labels: readonly unknown[],
  answers: unknown,
  rows: number,
): Float64Array {
  if (!Array.isArray(answers)) {
    throw new ModelError(
      model,
      `expected an array of a row's probabilities each, or a Float32Array or Float64Array of all, got ${show(answers)}`,
    );
  }
  if (answers.length !== rows) throw new ModelError(model, wrongCount(answers.length, rows, 'answers'));
  const classes = labels.length;
  const flat = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const own = probabilitiesOf(model, labels, answers[row], row);
    for (let c = 0; c < classes; c++) flat[row * classes + c] = own[c];
  }
  return flat;
}

/** One row's numbers, in the order of the labels. */
function probabilitiesOf(
  model: string,
  labels: readonly unknown[],
  answer: unknown,
  row: number,
): ArrayLike<number> {
  const refuse = (what: string): never => {
    throw new ModelError(model, what, { row });
  };
  if (isFloats(answer) || (Array.isArray(answer) && !answer.some(isPair))) {
    const { length } = answer;
    if (length !== labels.length) {
      refuse(`gave ${length} numbers; expected one for each of its ${labels.length} labels`);
    }
    const strange = answer.findIndex((each: unknown) => typeof each !== 'number');
    if (strange >= 0) refuse(`expected numbers, got ${show(answer[strange])} at ${strange}`);
    return answer;
  }
  if (typeof answer !== 'object' || answer === null) {
    return refuse(
      `expected the probabilities of ${labels.length} labels, got ${show(answer)}` +
        (typeof answer === 'number' ? ": the other classes' are needed too" : ''),
    );
  }
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(answer)
    ? answer.map((pair) =>
        isPair(pair) ? [pair.label, pair.score] : refuse(`got ${show(pair)} for a label and its score`),
      )
    : Object.entries(answer);
  const known = new Map(labels.map((label, c) => [String(label), c]));
  const own = new Float64Array(labels.length);
  const there = new Uint8Array(labels.length);
  for (const [label, probability] of pairs) {
    const c = known.get(String(label));
    if (c === undefined)
      return refuse(`gave the label ${show(label)}; its labels are ${labels.map(show).join(', ')}`);
    if (there[c] === 1) refuse(`gave the label ${show(label)} twice`);
    if (typeof probability !== 'number')
      return refuse(`gave ${show(probability)} for ${show(label)}; expected a number`);
    own[c] = probability;
    there[c] = 1;
  }
  const missing = there.indexOf(0);
  if (missing >= 0) refuse(`gave no probability of ${show(labels[missing])}`);
  return own;
}

/** An entry as pipelines of transformers.js list them. */
function isPair(value: unknown): value is { readonly label: unknown; readonly score: unknown } {
  return typeof value === 'object' && value !== null && 'label' in value && 'score' in value;
}

function wrongCount(given: number, rows: number, what: string): string {
  return `gave ${given} ${what} for ${rows} rows: return one a row, in their order`;
}
