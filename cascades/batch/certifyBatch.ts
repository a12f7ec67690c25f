import {
  checkDelta,
  checkInside,
  checkKeys,
  checkOneOf,
  checkSeed,
  checkSignal,
  checkWhole,
  show,
} from '../../lib/check.js';
import { equalsOf } from '../../lib/data/rows/index.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { Answered } from '../../lib/run/runtime/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { textDigest } from '../../lib/util/digest.js';
import { exitStage, type StageEvidence, type Thresholds } from '../chain/index.js';
import type { BatchDraw } from '../holdout/index.js';
import { type CascadeParts, usesOf } from '../plan/index.js';
import { turnsOf } from '../scoring/index.js';
import { type Certificate, type Label, type Plan, widthOf } from '../types/index.js';
import { type BatchPath, pathOfBatch } from './batchPath.js';
import { BatchScores } from './batchScores.js';
import { changedOnce } from './excess.js';
import { drawKeyed } from './keyedSample.js';
import { BATCH_LOSSES, type BatchLoss, concluded, designOf } from './steps.js';

/** Options of `cascade.certifyBatch`: the bound on one finite batch, and the size of the sample. */
export interface BatchOptions {
  /** The share of this batch's answers that may differ from the full model's. */
  readonly epsilon: number;
  /**
   * `disagreement`: against the one answer to each row that a whole run would have given. `excessDisagreement`, of a
   * full model that may differ from itself: that share less the share of rows on which it would, asked twice; each
   * sampled row is. @defaultValue 'disagreement'
   */
  readonly loss?: BatchLoss;
  /** @defaultValue 0.05 */
  readonly delta?: number;
  /**
   * Rows that the full model answers to test the plans; with few, only conservative plans can pass. @defaultValue the
   * number that is expected to save the most full answers, by the plans' results on their certification rows
   */
  readonly sample?: number;
  /**
   * The seed of the sample, a whole number or text; the certificate has it. The promise is over the draw: pass a seed
   * only to repeat a call elsewhere, and never choose one by its results.
   *
   * @defaultValue drawn from the rows and a secret of the cascade and all made from it: nobody can foresee the
   *   sample, and a call again on the same batch, after one that failed too, takes the same
   */
  readonly seed?: number | string;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A plan that was certified for one finite batch, and the answers to it. */
export interface BatchPlan<L extends Label, Name extends string> {
  /** Class, stage of exit (the number of the plan's stages: the full model) and scores of each row. */
  readonly answered: Answered;
  /** 1 if the full model answered: for the test, or because no stage was confident enough. */
  readonly byFull: Uint8Array;
  readonly plan: Plan<L, Name>;
  readonly certificate: Certificate;
}

/**
 * Answers one finite batch, and certifies its answers in place. All stages over features score all rows; models of rows
 * only the sample, and rows that reach them under the plan that is served. The full
 * model answers a random sample, drawn without replacement, of the rows that some tested plan would
 * answer early. The most aggressive plan passes whose errors in the sample, and those of all plans
 * before it, are few enough; it answers the rest. Sampled rows keep the full model's answer, so
 * errors found are corrected, and the test is about the errors that are left
 * (lib/stats/finiteRest.ts).
 *
 * The promise covers this batch alone, over the draw of the sample. However the rows came about,
 * and whatever they look like, at most epsilon of its answers differ from the full model's, except
 * with probability delta. It covers one claim and one draw: the same call over the same batch takes the same sample, and
 * another claim about it, by a larger sample, another epsilon or another seed, is refused. The cascade and all made from
 * it keep claims, and so do files that are saved after them. The best of several draws (by loading an older file
 * again), chosen by their results, has no such promise.
 *
 * With `loss: 'excessDisagreement'` sampled rows are asked twice, and the mean of what they lose in excess is bounded
 * over the whole batch, by betting without replacement; plans are tested in order, each at delta, since what a plan
 * loses on this batch doesn't depend on the draw (lib/stats/finiteBetting.ts). Where the model keeps its answers, as a chat
 * model does, one alone of equal rows counts as changed.
 *
 * @param fullModel gives the full model's answers to rows, for the first or the second time
 */
export async function certifiedBatch<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  given: readonly Row[],
  options: BatchOptions,
  fullModel: (rows: readonly Row[], ask: number) => Promise<Answered>,
): Promise<BatchPlan<L, Name>> {
  checkBatch(given, options);
  // The caller may change its array while something is waited for.
  const rows = given.slice();
  const { epsilon, delta = 0.05, sample, loss } = options;
  const tested = pathOfBatch(parts);
  const claim = parts.used.claimBatch(
    rows,
    `${loss ?? 'disagreement'} of at most ${epsilon}, delta ${delta}, ${sample ?? 'as many as planned'} sampled, ` +
      `path ${textDigest(JSON.stringify(tested.path)).slice(0, 8)}`,
    options.seed,
  );
  try {
    return await answeredAndTested(parts, tested, rows, options, claim, fullModel);
  } finally {
    claim.release();
  }
}

async function answeredAndTested<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  tested: BatchPath<L, Name>,
  rows: readonly Row[],
  { epsilon, delta = 0.05, sample, signal, loss }: BatchOptions,
  claim: BatchDraw,
  fullModel: (rows: readonly Row[], ask: number) => Promise<Answered>,
): Promise<BatchPlan<L, Name>> {
  const { seed } = claim;
  const full = (positions: Int32Array, ask = 0) =>
    fullModel(
      Array.from(positions, (row) => rows[row]),
      ask,
    );
  const classes = widthOf(parts.classes);
  const scored = await BatchScores.of(parts, tested.chain, rows, signal);
  const { stages, scores } = scored;

  const { opens, ...out } = scored.lettingOut(tested.path, tested.seen);
  const design = designOf(tested, { rows: rows.length, ...out }, { epsilon, delta, sample, loss });
  const open = Int32Array.from(rows.keys()).filter((row) => opens[row] < design.plans);
  // All rows are in one partition here, and it needs no name.
  const drawn = Int32Array.from(drawKeyed(seed, '', open, design.count), ({ index }) => index).sort();
  const answered: Answered = {
    answers: new Float64Array(rows.length),
    scores: new Float64Array(rows.length * classes),
    exits: new Uint8Array(rows.length),
    degraded: new Uint8Array(rows.length),
    faults: [],
  };
  const byFull = new Uint8Array(rows.length);
  await scored.all(drawn);
  const again =
    loss === 'excessDisagreement'
      ? await answerTwice(full, drawn, answered, byFull, classes, random(seed).fork('asked twice'))
      : undefined;
  const second =
    again && parts.full.model.keepsAnswers
      ? changedOnce(
          equalsOf(parts.used.reader.keysOf(rows).keys).first,
          { drawn, full: answered.answers },
          again,
        )
      : again;
  if (second === undefined) await answerByFull(full, drawn, answered, byFull, classes);
  // Their losses are read now and may choose a plan, so `certify` no longer accepts them as fresh
  // rows.
  claim.keep();
  const looked = Array.from(drawn, (row) => rows[row]);
  parts.used.add({ rows: parts.used.reader.keysOf(looked), groups: undefined }, undefined, looked);

  const { step, plan, certificate } = concluded(
    parts,
    tested,
    { stages, drawn, full: answered.answers, second, design, ...out, rows: rows.length },
    { epsilon, delta, seed, loss },
  );
  const left = Int32Array.from(byFull.keys()).filter((row) => byFull[row] === 0);
  if (step >= 0) await scored.reach(tested.path[step], left);
  const rest = answerByStages(
    stages,
    scores,
    tested.path[step],
    usesOf(tested.chain, plan),
    answered,
    byFull,
    classes,
  );
  await answerByFull(full, rest, answered, byFull, classes);
  for (let row = 0; row < rows.length; row++) if (byFull[row] === 1) answered.exits[row] = plan.stages.length;
  return { answered, byFull, plan, certificate };
}

function checkBatch(rows: readonly unknown[], options: BatchOptions): void {
  checkKeys(options, ['epsilon', 'loss', 'delta', 'sample', 'seed', 'signal']);
  if (!Array.isArray(rows)) throw new OptionError('rows', `expected an array, got ${show(rows)}`);
  if (rows.length === 0) throw new DataError('rows: there are none; expected a batch to answer');
  checkInside('epsilon', options.epsilon);
  if (options.loss !== undefined) checkOneOf('loss', options.loss, BATCH_LOSSES);
  if (options.delta !== undefined) checkDelta('delta', options.delta);
  if (options.seed !== undefined) checkSeed('seed', options.seed);
  checkSignal(options.signal);
  if (options.sample !== undefined) checkWhole('sample', options.sample, 0, rows.length);
}

/** The full model's first answers to rows, and its second ones, by the rows' positions. */
async function answerTwice(
  full: (positions: Int32Array, ask: number) => Promise<Answered>,
  positions: Int32Array,
  answered: Answered,
  byFull: Uint8Array,
  classes: number,
  coins: Random,
): Promise<Float64Array> {
  const second = new Float64Array(answered.answers.length).fill(Number.NaN);
  for (const { ask, rows } of turnsOf(positions, coins)) {
    if (ask === 0) await answerByFull(full, rows, answered, byFull, classes);
    else {
      const given = await full(rows, ask);
      rows.forEach((row, i) => {
        second[row] = given.answers[i];
      });
    }
  }
  return second;
}

async function answerByFull(
  full: (positions: Int32Array, ask: number) => Promise<Answered>,
  positions: Int32Array,
  answered: Answered,
  byFull: Uint8Array,
  classes: number,
): Promise<void> {
  if (positions.length === 0) return;
  const given = await full(positions, 0);
  positions.forEach((row, i) => {
    byFull[row] = 1;
    answered.answers[row] = given.answers[i];
    answered.scores.set(given.scores.subarray(i * classes, (i + 1) * classes), row * classes);
  });
}

/** Answers the rows that leave under a plan; returns those that don't. */
function answerByStages(
  stages: readonly StageEvidence[],
  scores: readonly Float64Array[],
  thresholds: Thresholds | undefined,
  uses: readonly number[],
  answered: Answered,
  byFull: Uint8Array,
  classes: number,
): Int32Array {
  return Int32Array.from(byFull.keys()).filter((row) => {
    if (byFull[row] === 1) return false;
    const s = thresholds === undefined ? stages.length : exitStage(stages, thresholds, row);
    if (s === stages.length) return true;
    answered.answers[row] = stages[s].answers[row];
    answered.exits[row] = uses.indexOf(s);
    answered.scores.set(scores[s].subarray(row * classes, (row + 1) * classes), row * classes);
    return false;
  });
}
