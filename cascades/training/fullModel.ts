import type { TimedBatch } from '../../lib/costs/index.js';
import { pick } from '../../lib/data/blocks/index.js';
import type { Learner, Model } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { JsonValue } from '../../lib/util/state.js';
import type { Judged } from '../losses/index.js';
import type { Round, Run } from '../problem/index.js';
import { fullAnswers, type SizeOf } from '../scoring/index.js';
import type { Label } from '../types/index.js';
import { crossFit, fitOn, type HeldOut, heldOutScores } from './crossfit.js';
import { type FeatureBlocks, OF_FITS } from './featureBlocks.js';
import { type FittedRound, fitRounds } from './fitRounds.js';
import { givenModel } from './givenModel.js';
import { tellingVersions } from './tellingVersions.js';

/** The full model, and its scores of the development rows that it hasn't seen (NaN of others). */
export interface ScoredFullModel {
  readonly model: Model;
  /** The features that it reads, in the order of its blocks. */
  readonly reads: readonly string[];
  /** Its learner, if it was trained here; otherwise `fingerprint` identifies it. */
  readonly learner: Learner | undefined;
  readonly fingerprint: string | undefined;
  /** Its stated options, where it was given trained. */
  readonly options?: JsonValue | undefined;
  readonly price: number | undefined;
  /** rows x classes; for regression one number a row. */
  readonly scores: Float64Array;
  /** The models that gave these, with the rows that each hasn't seen. */
  readonly held: readonly HeldOut[];
  /** Times of the first rows, where it was given trained and its costs are measured. */
  readonly timed?: readonly TimedBatch[] | undefined;
  readonly sizeOf?: SizeOf | undefined;
}

/** The full model and what stages are trained and judged with: its rounds, and its answers to the scored rows. */
export interface CrossFittedModel extends ScoredFullModel {
  readonly rounds: readonly FittedRound[];
  /** The scored rows as the full model and their labels have them. */
  readonly judged: Judged;
}

/**
 * Refits the features for each round, then fits the full model on all fitting rows, and once for
 * each round, so that every scored row has its answer from a model that hasn't seen it.
 *
 * @param rounds the split's rounds, or fewer with more rows each
 * @param whole the model on all fitting rows, where it is fitted already
 * @returns also the features, with those of their versions that tell anything of its answers
 * @throws ModelError if it gives a scored row no answer
 */
export async function crossFitFullModel<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  all: FeatureBlocks<Row>,
  rounds: readonly Round[],
  whole?: Model,
): Promise<{ readonly full: CrossFittedModel; readonly features: FeatureBlocks<Row> }> {
  const { options, problem, patience, fits, early, tracker } = run;
  const { development, split, width, decision } = problem;
  const { onProgress, ...others } = tracker('features');
  // Without labels it was given trained, and needs no rounds.
  const isGiven = development.labels === undefined;
  if (isGiven) onProgress?.(1);
  const given = isGiven ? await fullModel(run, all, []) : undefined;
  const folding = (share: number) => onProgress?.(OF_FITS + (1 - OF_FITS) * share);
  const tracked = { ...others, ...(!isGiven && { onProgress: folding }), signal: early, patience };
  const features = await tellingVersions(run, all, given?.scores);
  const { refits } = features;
  const fitted = await fitRounds(options.features, development.rows, rounds, features, tracked, fits, refits);
  const full = given ?? (await fullModel(run, features, fitted, whole));
  const unseen = pick(full.scores, split.scored, width);
  const origin = Int32Array.from(split.scored, (row) => development.rows.origin[row]);
  const { labels } = development;
  const judged = {
    full: fullAnswers(full.model, decision, unseen, width, origin),
    labels: labels && Float64Array.from(split.scored, (row) => labels[row]),
    origin,
  };
  return { full: { ...full, rounds: fitted, judged }, features };
}

/** Its own fit to all fitting rows; the model itself where it was given trained. */
export async function wholeFullModel<Row, L extends Label, Name extends string>(
  { options: { full, features }, problem, fits, early }: Run<Row, L, Name>,
  { blocks }: FeatureBlocks<Row>,
  onProgress: (share: number) => void,
): Promise<Model> {
  if (!('fit' in full)) return full;
  const { development, split, width, random } = problem;
  if (development.labels === undefined) throw new TypeError('options are checked: a learner has labels');
  const targets = { truth: development.labels, width, origin: development.rows.origin };
  const context = { seed: seedOf(random), signal: early, fits, why: 'full model', onProgress };
  const fitBlocks = blocks.map((block) => ({ block, rows: split.fit }));
  return fitOn(full, features.names, fitBlocks, targets, split.fit, context);
}

function seedOf(random: Random): number {
  return random.fork('full').integer(2 ** 31);
}

async function fullModel<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  all: FeatureBlocks<Row>,
  rounds: readonly FittedRound[],
  whole?: Model,
): Promise<ScoredFullModel> {
  const { options, problem, fits, early, tracker } = run;
  const { full, features } = options;
  const { blocks, measured } = all;
  const { development, split, width, random } = problem;
  const own = { ...tracker('full model'), signal: early };
  const { signal, onProgress } = own;
  if (!('fit' in full)) {
    const { read, own: given } = await givenModel(
      full,
      features.names,
      blocks,
      development.rows,
      measured?.timing,
      own,
    );
    const unseen = read.map((block) => ({ block, rows: split.scored }));
    return { ...given, held: [{ model: full, rows: split.scored, blocks: unseen }] };
  }
  const { labels } = development;
  if (labels === undefined) throw new TypeError('options are checked: a learner has labels');
  const targets = { truth: labels, width, origin: development.rows.origin };
  const context = { seed: seedOf(random), signal, fits, why: 'held out' };
  const done = { whole: whole ? 1 : 0, rounds: 0 };
  const shareOf = (part: keyof typeof done) => (share: number) => {
    done[part] = share;
    onProgress?.((done.whole + rounds.length * done.rounds) / (rounds.length + 1));
  };
  const reads = { positions: [...blocks.keys()], features: features.names };
  const [model, held] = await Promise.all([
    whole ?? wholeFullModel(run, all, shareOf('whole')),
    crossFit(full, reads, targets, rounds, { ...context, onProgress: shareOf('rounds') }),
  ]);
  return {
    model,
    reads: features.names,
    learner: full,
    fingerprint: undefined,
    price: undefined,
    scores: await heldOutScores(held, blocks[0].rows),
    held,
  };
}
