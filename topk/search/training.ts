import { sumSimple } from 'simple-statistics';
import {
  BUDGET,
  blocksOf,
  COMPARED,
  chooser,
  compareFeatures,
  compareModel,
  crossFit,
  type FullOption,
  fitFeatures,
  fitOn,
  fitRounds,
  fitShape,
  givenModel,
  type HeldOut,
  heldOutScores,
  modelInputs,
  type PricedRequests,
  type Progress,
  profilePipeline,
  type Reference,
  referenceOf,
  type SizeOf,
  type Stability,
  statedOf,
  type Targets,
  type Timing,
  type Tracker,
  timedBlocks,
  unseenRows,
  untouchedOf,
} from '../../cascades/internal.js';
import {
  type Batches,
  type Clock,
  isDear,
  type Profile,
  systemClock,
  type TimedBatch,
} from '../../lib/costs/index.js';
import { type Block, rowSizes } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Fits } from '../../lib/learn/fits/index.js';
import type { Learner, Model } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import { type Random, stratifiedFolds } from '../../lib/stats/index.js';
import type { FullRanker } from '../serve/index.js';
import { RememberedScores, rememberedFeature } from './rowMemo.js';

/** Data for training models: rows that are in no query. */
export interface TrainingData<Row, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  readonly rows: readonly Row[];
  /** Class of each row, or its number. */
  readonly labels: Float64Array | undefined;
  /** Scores a model gives a row: one a class; for regression 1. */
  readonly width: number;
  readonly numeric: boolean;
  readonly full: FullOption<unknown>;
  readonly learners: readonly Learner[];
  readonly profile: Profile<Name> | undefined;
  /** Batches on which the costs of features are measured. */
  readonly batches: Batches<Row> | undefined;
  /** The same in batches as large as those that are served. */
  readonly servedBatches: Batches<Row> | undefined;
  readonly budget: number | undefined;
  readonly clock: Clock | undefined;
  readonly random: Random;
  /** Where fits run. */
  readonly fits: Fits;
  readonly signal: AbortSignal | undefined;
  readonly requests: PricedRequests | undefined;
  readonly progress: (step: Progress['step']) => Tracker;
}

/** A model of a subset of the features, before it is fitted. */
export interface StageRecipe {
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: 'labels' | 'answers';
}

/** Everything that was fitted and measured before stages are tried, and how these are fitted. */
export interface RankTraining<Row, Name extends string> {
  readonly fitted: readonly NamedFeature<Row>[];
  /** The same features; the expensive ones are computed once a row. */
  readonly computing: readonly NamedFeature<Row>[];
  readonly full: FullRanker;
  /** The full model's scores, if it was given trained and is expensive. */
  readonly remembered: RememberedScores<Row> | undefined;
  readonly profile: Profile<Name>;
  /** Differences found when rows were read again in small batches. */
  readonly stability: Stability;
  /** Targets that stages may be fitted to. */
  readonly targets: readonly StageRecipe['target'][];
  readonly fit: (recipe: StageRecipe) => Promise<Model>;
  /** Multiplications, roughly, of fitting every learner to every target on these features. */
  readonly workOf: (features: readonly string[]) => number;
  readonly rows: number;
  /** A few rows with their values, for comparison after loading. */
  readonly reference: Reference;
}

/** The most folds in which the full model is cross-fitted. */
export const MOST_FOLDS = 5;
const FOLDS = [MOST_FOLDS, 3, 2];
/** The share of the budget that the full model's answers to rows it hasn't seen may take. */
const ANSWERS_SHARE = 0.5;

/** Fits the features and the full model, and measures what everything costs. */
export async function train<Row, Name extends string>(
  given: TrainingData<Row, Name>,
): Promise<RankTraining<Row, Name>> {
  const { features, rows, labels, width, random, fits, signal, requests, progress } = given;
  const tracker = { signal, requests };
  const all = Rows.of(rows);
  const { origin } = all;
  const rereading = random.fork('reread');
  const untouched = await untouchedOf(all, rereading, signal);
  const fitted = await fitFeatures(features, all, progress('features'));
  const timing = { clock: given.clock ?? systemClock, random: random.fork('timing') };
  const measured = given.profile
    ? { blocks: await blocksOf(fitted, all, tracker, fits.isShared), profile: given.profile }
    : await timedBlocks(features, fitted, all, timing, tracker, fits.isShared);
  const blocks = measured.blocks.map(fits.share);
  const data = await withOptions(given, blocks);
  const { learners } = data;
  const sizeOf = 'timed' in measured ? measured.sizeOf : undefined;
  const held = { features, fitted, rows: all, blocks, sizeOf, untouched };
  const reread = await compareFeatures(held, rereading, signal, requests);
  const reference = await referenceOf(blocks, all, random.fork('reference'));
  const context = { seed: random.fork('fits').integer(2 ** 31), signal, fits };
  const names: readonly string[] = features.names;
  const read = (wanted: readonly string[]) => wanted.map((name) => blocks[names.indexOf(name)]);
  const {
    held: unseen,
    scores,
    timed: timedFull,
    sizeOf: sizeOfFull,
    ...full
  } = await fullRanker(data, fitted, blocks, context.seed, 'timed' in measured ? timing : undefined);
  const compared = async (model: Model, wanted: readonly string[], known?: Float64Array, some = reread) => {
    const own = modelInputs(
      model,
      () => rows,
      () => read(wanted),
    );
    const scored = { model, blocks: own, scores: known, origin, sizeOf: sizeOfFull };
    await compareModel(scored, some, signal, requests);
    return model;
  };
  await compared(full.model, full.reads, full.learner === undefined ? scores : undefined);
  // A model trained elsewhere is the same in every stage, so it is compared once, on fewer rows.
  const few = { ...reread, large: reread.large.subarray(0, COMPARED) };
  const alreadyCompared = new Set<string>();
  const decision = data.numeric ? ({ kind: 'value' } as const) : ({ kind: 'argmax' } as const);
  const answers: Targets = { truth: decideAll(decision, scores, width), soft: scores, width };
  const targets: Readonly<Partial<Record<StageRecipe['target'], Targets>>> = {
    ...(labels && { labels: { truth: labels, width } }),
    answers,
  };
  const kinds = (['labels', 'answers'] as const).filter((target) => targets[target] !== undefined);
  const fit = async ({ features: wanted, learner: name, target }: StageRecipe) => {
    const learner = learners.find((each) => each.name === name);
    const fitTo = targets[target];
    if (learner === undefined || fitTo === undefined)
      throw new TypeError(`no ${name} fitted to ${target} here`);
    const whole = read(wanted).map((block) => ({ block }));
    const model = await fitOn(learner, wanted, whole, fitTo, origin, context);
    if (!learner.predicts) return compared(model, wanted);
    if (alreadyCompared.has(name)) return model;
    alreadyCompared.add(name);
    return compared(model, wanted, undefined, few);
  };
  const profile =
    'profile' in measured
      ? measured.profile
      : await profilePipeline(
          {
            features,
            fitted,
            blocks,
            rows,
            batches: data.batches,
            servedBatches: data.servedBatches,
            timed: measured.timed,
            timedFull,
            sizes: rowSizes(blocks),
            truth: labels ?? answers.truth,
            against: labels ? 'labels' : 'answers',
            reference: { model: full.model, reads: full.reads, price: full.price },
            unseen: unseenRows(unseen[0], labels ?? answers.truth, random),
            learners,
            fit: (learner, wanted) => fit({ features: wanted, learner: learner.name, target: kinds[0] }),
            decision,
            clock: timing.clock,
            random,
          },
          progress('profile'),
        );
  const workOf = (wanted: readonly string[]) => {
    const shape = fitShape(read(wanted), rows.length, width);
    return sumSimple(learners.map((learner) => learner.work(shape))) * kinds.length;
  };
  const stability = {
    rows: reread.alone,
    // Rankers answer queries, not rows.
    changed: null,
    ...statedOf(features, [full.model]),
  };
  const isExpensive = (name: Name) =>
    features.get(name).expensive === true || isDear(profile.features[name].cost);
  const computing = fitted.map((feature, f) =>
    isExpensive(features.names[f]) ? rememberedFeature(feature) : feature,
  );
  const isDearFull = full.model.readsRows || (profile.full !== undefined && isDear(profile.full));
  const remembered =
    full.learner === undefined && isDearFull ? new RememberedScores<Row>(full.model) : undefined;
  return {
    stability,
    fitted,
    computing,
    full,
    remembered,
    profile,
    targets: kinds,
    fit,
    workOf,
    rows: rows.length,
    reference,
  };
}

/** The same with learners whose open options were chosen, once, on the rows to fit on. */
async function withOptions<Row, Name extends string>(
  data: TrainingData<Row, Name>,
  blocks: readonly Block[],
): Promise<TrainingData<Row, Name>> {
  const { features, labels, width, signal } = data;
  if (labels === undefined) return data;
  const targets = { truth: labels, width };
  const choose = chooser({ names: features.names, blocks, targets, context: { seed: 0, signal } });
  const full = 'fit' in data.full ? await choose(data.full) : data.full;
  const learners: Learner[] = [];
  for (const learner of data.learners) learners.push(await choose(learner));
  return { ...data, full, learners };
}

/** The full model, and its scores on rows that it hasn't seen. */
async function fullRanker<Row, Name extends string>(
  data: TrainingData<Row, Name>,
  fitted: readonly NamedFeature<Row>[],
  blocks: readonly Block[],
  seed: number,
  timing: Timing | undefined,
): Promise<
  FullRanker & {
    readonly timed?: readonly TimedBatch[] | undefined;
    readonly sizeOf?: SizeOf | undefined;
    readonly price: number | undefined;
    readonly held: readonly HeldOut[];
    readonly scores: Float64Array;
  }
> {
  const { full, features, rows, labels, width, fits, signal, requests, progress, random } = data;
  const all = Rows.of(rows);
  const { origin } = all;
  const tracker = progress('full model');
  if (!('fit' in full)) {
    const { read, own } = await givenModel(full, features.names, blocks, all, timing, tracker);
    return { ...own, held: [{ model: full, rows: origin, blocks: read.map((block) => ({ block })) }] };
  }
  if (labels === undefined) throw new TypeError('options are checked: a learner has labels');
  const targets = { truth: labels, width };
  const context = { seed, signal, fits };
  const whole = blocks.map((block) => ({ block }));
  const model = await fitOn(full, features.names, whole, targets, origin, context);
  tracker.onProgress?.(0.2);
  const work = full.work(fitShape(blocks, rows.length, width));
  const most = (ANSWERS_SHARE * (data.budget ?? BUDGET)) / work;
  const folds = Math.min(rows.length, FOLDS.find((count) => count <= most) ?? 2);
  const strata = data.numeric ? new Int32Array(rows.length) : Int32Array.from(labels);
  const fold = stratifiedFolds(strata, folds, random.fork('folds'));
  const rounds = Array.from({ length: folds }, (_, f) => ({
    fit: origin.filter((row) => fold[row] !== f),
    score: origin.filter((row) => fold[row] === f),
  }));
  const { patience } = tracker;
  const fittedRounds = await fitRounds(
    features,
    all,
    rounds,
    { fitted, blocks },
    { signal, patience, requests },
    fits,
  );
  const reads = { positions: [...blocks.keys()], features: features.names };
  const held = await crossFit(full, reads, targets, fittedRounds, context);
  tracker.onProgress?.(1);
  const scores = await heldOutScores(held, rows.length);
  return {
    model,
    reads: features.names,
    learner: full.name,
    fingerprint: undefined,
    price: undefined,
    held,
    scores,
  };
}
