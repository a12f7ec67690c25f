import { type Block, entries, gather, pick } from '../../lib/blocks/index.js';
import { FeatureError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/index.js';
import {
  type FitContext,
  type FitShape,
  type Learner,
  type Model,
  scoreInto,
  type TrainingSet,
} from '../../lib/learners/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import type { Round } from '../problem/index.js';
import {
  blaming,
  blocksOf,
  fitFeatures,
  learns,
  type Requests,
  type Rows,
  scoring,
  type Tracker,
} from '../scoring/index.js';

/**
 * The targets of models, for all rows: classes, or distributions if another model's answers are the
 * target; values for regression.
 */
export interface Targets {
  /** The class of each row, or its number. */
  readonly truth: Float64Array;
  /** rows x classes. */
  readonly soft?: Float64Array | undefined;
  /** One a class; 1 for regression. */
  readonly width: number;
  /** The rows' positions among those that the user gave, for errors. @defaultValue the positions here */
  readonly origin?: Int32Array | undefined;
}

/** Features that a model reads: their positions among all, and their names. */
export interface Reads {
  readonly positions: readonly number[];
  readonly features: readonly string[];
}

/**
 * A round with its blocks, one a feature: rows that models of the round are fitted on, and rows
 * that they then score.
 */
export interface FittedRound extends Round {
  readonly blocks: { readonly fit: readonly Block[]; readonly score: readonly Block[] };
}

/**
 * Refits the features on the rows that each round fits models on.
 *
 * A vocabulary that has seen a row contains its rarest words, unlike for a new row. Scored with it,
 * rows look harder or easier than new ones will, and every threshold is a little wrong. A feature
 * without a fit is the same in every round, and isn't computed again.
 *
 * @param served the features fitted on all rows to fit on, and their blocks over all of `rows`
 */
export async function fitRounds<Row>(
  features: FeatureSet<Row>,
  { rows, origin }: Rows<Row>,
  rounds: readonly Round[],
  served: { readonly fitted: readonly NamedFeature<Row>[]; readonly blocks: readonly Block[] },
  { signal, onProgress, patience, requests }: Tracker,
): Promise<FittedRound[]> {
  const names = features.names.filter((name) => learns(features.get(name)));
  const learning: FeatureSet<Row> = { ...features, names };
  const fitted: FittedRound[] = [];
  for (const round of rounds) {
    const take = (where: Int32Array): Rows<Row> => ({
      rows: Array.from(where, (row) => rows[row]),
      origin: where.map((row) => origin[row]),
    });
    const own = await fitFeatures(learning, take(round.fit), { signal, patience, requests });
    const isServed = ({ fitted: feature }: NamedFeature<Row>) =>
      served.fitted.some(({ fitted }) => fitted === feature);
    const learnt = own.filter((feature) => !isServed(feature));
    const blocksAt = async (where: Int32Array) => {
      const computed = learnt.length === 0 ? [] : await blocksOf(learnt, take(where), { signal, requests });
      return served.fitted.map(({ name }, f) => {
        const i = learnt.findIndex((feature) => feature.name === name);
        return i < 0 ? gather(served.blocks[f], where) : computed[i];
      });
    };
    const blocks = { fit: await blocksAt(round.fit), score: await blocksAt(round.score) };
    fitted.push({ ...round, blocks });
    onProgress?.(fitted.length / rounds.length);
  }
  return fitted;
}

/**
 * Fits a model to rows.
 *
 * @param features names of the blocks
 * @param blocks the blocks of `rows`, in that order
 * @param targets of all rows, by position
 */
export async function fitOn(
  learner: Learner,
  features: readonly string[],
  blocks: readonly Block[],
  targets: Targets,
  rows: Int32Array,
  context: FitContext,
): Promise<Model> {
  const set = asTrainingSet(features, blocks, targets, rows);
  return withOrigin(rows, targets, async () => learner.fit(set, context));
}

/** Errors of learners name rows by their positions in a training set: here they get those that the user knows. */
export async function withOrigin<Result>(
  rows: Int32Array,
  { origin }: Targets,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof FeatureError) || error.row === undefined) throw error;
    const row = rows[error.row];
    throw error.of(error.feature, origin === undefined ? row : origin[row]);
  }
}

/** The rows of `targets` at these positions, as a learner gets them. */
export function asTrainingSet(
  features: readonly string[],
  blocks: readonly Block[],
  { truth, soft, width }: Targets,
  rows: Int32Array,
): TrainingSet {
  const set = { features, blocks, rows: rows.length, classes: width };
  if (width === 1) {
    return { ...set, labels: new Int32Array(0), values: Float64Array.from(rows, (row) => truth[row]) };
  }
  const labels = Int32Array.from(rows, (row) => truth[row]);
  return { ...set, labels, ...(soft && { soft: pick(soft, rows, width) }) };
}

/** A model, rows that it hasn't seen, and their blocks, one a feature that it reads. */
export interface HeldOut {
  readonly model: Model;
  readonly rows: Int32Array;
  readonly blocks: readonly Block[];
}

/**
 * Fits a model on each round's rows, to score the round's others.
 *
 * @param reads positions of the features that the model reads, and what those are called
 * @param among where given, only these rows are fitted on
 */
export async function crossFit(
  learner: Learner,
  { positions, features }: Reads,
  targets: Targets,
  rounds: readonly FittedRound[],
  context: FitContext,
  among?: ReadonlySet<number>,
): Promise<HeldOut[]> {
  const held: HeldOut[] = [];
  for (let r = 0; r < rounds.length; r++) {
    const { fit, score, blocks } = rounds[r];
    const onProgress =
      context.onProgress && ((share: number) => context.onProgress?.((r + share) / rounds.length));
    const kept = among && Int32Array.from(fit.keys()).filter((i) => among.has(fit[i]));
    const fitBlocks = positions.map((f) => (kept ? gather(blocks.fit[f], kept) : blocks.fit[f]));
    const fitRows = kept ? kept.map((i) => fit[i]) : fit;
    const model = await fitOn(learner, features, fitBlocks, targets, fitRows, { ...context, onProgress });
    held.push({ model, rows: score, blocks: positions.map((f) => blocks.score[f]) });
  }
  return held;
}

/**
 * Scores all rows that models haven't seen.
 *
 * @returns rows x the models' classes over `rows` rows, NaN for those that no model scores
 */
export async function heldOutScores(
  held: readonly HeldOut[],
  rows: number,
  requests?: Requests,
): Promise<Float64Array> {
  const { classes } = held[0].model;
  const scores = new Float64Array(rows * classes).fill(Number.NaN);
  for (const { model, rows: own, blocks } of held) {
    const out = new Float64Array(own.length * classes);
    requests?.model(model, own.length);
    await blaming(
      (row) => own[row],
      () => scoreInto(model, blocks, out, scoring(model, { requests })),
    );
    for (let i = 0; i < own.length; i++) {
      for (let c = 0; c < classes; c++) scores[own[i] * classes + c] = out[i * classes + c];
    }
  }
  return scores;
}

/** The size of a fit to `rows` of the blocks' rows. */
export function shapeOf(blocks: readonly Block[], rows: number, classes: number): FitShape {
  const share = rows / blocks[0].rows;
  return {
    rows,
    classes,
    columns: blocks.reduce((sum, block) => sum + block.columns, 0),
    entries: blocks.reduce((sum, block) => sum + entries(block), 0) * share,
  };
}
