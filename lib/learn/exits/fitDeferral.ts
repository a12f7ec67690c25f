import { gather } from '../../data/blocks/index.js';
import { DataError } from '../../errors.js';
import { checkWidth, take } from '../calibration/index.js';
import { type FitContext, logisticRegression } from '../learners/index.js';
import { deferralBy } from './deferralScore.js';
import type { ExitRows, FittedExit } from './exitScore.js';
import { areSame, type Signs, signCount, signsOf } from './uncertaintyFeatures.js';

/** Why there was nothing to learn: no row could exit, all agreed, none did, or all looked the same. */
export type Unlearnable = 'degenerate' | 'always agrees' | 'never agrees' | 'constant';

export interface FittedDeferral extends FittedExit {
  /** Where it is defined, `score` is NaN on every row. */
  readonly unlearnable: Unlearnable | undefined;
}

/**
 * A deferral model: the probability that the stage agrees with the full model, by a logistic regression on signs of
 * the stage's own scores: log-odds and margin of the class decided, entropy, and an intercept and a slope in the
 * log-odds for each class decided, drawn towards those of all where its rows are few. (Madras, Pitassi and Zemel,
 * "Predict responsibly", NeurIPS 2018, call a rejector that learns when another decides better 'learning to defer'.)
 *
 * With two classes every sign is a function of one score, and the rows of a class are ordered otherwise than by `top`
 * only if agreement doesn't rise with it; with more classes it weighs how the rest is spread.
 *
 * Rows without an exit score are left out. Where a fold's complement has nothing to learn, its `held` are NaN.
 *
 * @throws DataError for lengths that differ, or an `agrees` that isn't 0 or 1
 *
 * @example
 * const { score, held } = await fitDeferral({ scores, classes, decided, agrees, folds }, { seed: 1 });
 * score.score(servedScores, classes, servedDecided, out);
 */
export async function fitDeferral(
  rows: ExitRows,
  { seed, signal }: Omit<FitContext, 'onProgress'>,
): Promise<FittedDeferral> {
  check(rows);
  const { scores, classes, decided, folds } = rows;
  const signs = signsOf(scores, classes, decided);
  const all = Int32Array.from(signs.rows.keys());
  const { weights, unlearnable } = await fit(rows, signs, all, { seed, signal });
  const held = new Float64Array(decided.length).fill(Number.NaN);
  for (const fold of new Set(signs.rows.map((row) => folds[row]))) {
    const others = all.filter((i) => folds[signs.rows[i]] !== fold);
    const model = deferralBy((await fit(rows, signs, others, { seed, signal })).weights, classes);
    const own = signs.rows.filter((row) => folds[row] === fold);
    const alone = take(scores, classes, decided, own);
    const out = new Float64Array(own.length);
    model.score(alone.scores, classes, alone.of, out);
    own.forEach((row, i) => {
      held[row] = out[i];
    });
  }
  return { score: deferralBy(weights, classes), held, unlearnable };
}

/** @param among positions in `signs` */
async function fit(
  rows: ExitRows,
  signs: Signs,
  among: Int32Array,
  context: FitContext,
): Promise<{ weights: Float64Array; unlearnable: Unlearnable | undefined }> {
  const labels = among.map((i) => rows.agrees[signs.rows[i]]);
  const unlearnable = whyNot(labels, signs, among);
  if (unlearnable !== undefined)
    return { weights: new Float64Array(signCount(rows.classes) + 1).fill(Number.NaN), unlearnable };
  const blocks = signs.blocks.map((block) => gather(block, among));
  // Choosing l2 would take several fits more, of few columns that need no other.
  const model = await logisticRegression({ l2: 1 }).fit(
    { blocks, rows: among.length, classes: 2, labels },
    context,
  );
  return { weights: Float64Array.of(...model.weights, model.intercepts[0]), unlearnable };
}

function whyNot(labels: Int32Array, signs: Signs, among: Int32Array): Unlearnable | undefined {
  if (labels.length === 0) return 'degenerate';
  if (!labels.includes(0)) return 'always agrees';
  if (!labels.includes(1)) return 'never agrees';
  return among.every((i) => areSame(signs, among[0], i)) ? 'constant' : undefined;
}

function check({ scores, classes, decided, agrees, folds }: ExitRows): void {
  checkWidth(scores, classes);
  const rows = scores.length / classes;
  for (const [name, { length }] of Object.entries({ decided, agrees, folds })) {
    if (length !== rows) throw new DataError(`'${name}' has ${length} rows, the scores have ${rows}`);
  }
  const row = agrees.findIndex((value) => value > 1);
  if (row >= 0) throw new DataError(`row ${row} agrees by ${agrees[row]}: expected 0 or 1`);
}
