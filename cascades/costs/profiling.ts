import { sumSimple } from 'simple-statistics';
import {
  batchCost,
  type Cost,
  IMPORTANCE_REPEATS,
  type Importance,
  importances,
  isDear,
  type Measured,
  measureProfile,
  measureServing,
  type Profile,
  type ServedPipeline,
  sampledCost,
  sampledProfile,
  shareWithin,
  type TimedBatch,
} from '../../lib/costs/index.js';
import {
  type Block,
  type BlockRows,
  consecutive,
  countRows,
  gather,
  pick,
  readRows,
  rowBlock,
  rowSizes,
  selectRows,
} from '../../lib/data/blocks/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Learner, Model } from '../../lib/learn/learners/index.js';
import { type Random, sample } from '../../lib/stats/index.js';
import { square } from '../../lib/util/math/index.js';
import { checkProfile, type FailedStages, type Run, TIMED } from '../problem/index.js';
import { blaming, modelInputs, type Tracker, timedScores } from '../scoring/index.js';
import {
  type FeatureBlocks,
  fitProbe,
  fitting,
  type Judging,
  type Material,
  type ScoredFullModel,
  wholeName,
} from '../training/index.js';
import type { Label } from '../types/index.js';
import { ofThese, withGoingOn } from './goingOn.js';

/** A pipeline with everything fitted that is to be measured. */
export interface Pipeline<Row, Name extends string>
  extends Omit<Measured<Row, Name>, 'importances' | 'full' | 'probes'>,
    ServedPipeline<Row, Name> {
  /** Times of the first rows of a full model that was given trained. */
  readonly timedFull?: readonly TimedBatch[] | undefined;
  readonly reference: Pick<ScoredFullModel, 'model' | 'reads' | 'price'>;
  /** A model of the full model's kind, and rows that it hasn't seen: they show importance. */
  readonly unseen: { readonly model: Model; readonly blocks: readonly Block[]; readonly truth: Float64Array };
  /** What `truth` is. */
  readonly against: NonNullable<Importance['against']>;
  readonly learners: readonly Learner[];
  /** Fits a learner to a subset of the features, to see what its models cost to run. */
  readonly fit: (learner: Learner, features: readonly string[]) => Promise<Model>;
  /** Notes learners that fail, which then have no cost. @defaultValue a failure ends it */
  readonly failed?: FailedStages | undefined;
  /** Those whose importance is counted, and that probes read. @defaultValue all */
  readonly names?: readonly Name[] | undefined;
  /** Positions of the rows among the user's, for errors. @defaultValue the rows are the user's */
  readonly origin?: Int32Array | undefined;
}

/** The profile that was given to `tune`, or what everything costs as measured now. */
export async function profileCosts<Row, L extends Label, Name extends string>(
  { options, problem, learners, checkpoint, early, limit, meter, tracker }: Run<Row, L, Name>,
  { fitted, blocks, versions, measured }: FeatureBlocks<Row>,
  material: Material,
  judging: Judging<'selection'>,
): Promise<Profile<Name>> {
  if (options.profile) return ofThese(options.profile, options.features.names, material.fidelities);
  if (measured === undefined) throw new TypeError('features are timed where no profile is given');
  const { development, decision, width, random } = problem;
  const { full } = material;
  const target = development.labels === undefined ? ('answers' as const) : ('labels' as const);
  const truth = development.labels ?? decideAll(decision, full.scores, width);
  const some = profiledRows(development.rows.length, random);
  const { set, measured: steps } = versions;
  const own = new Map(material.names.map((name, f) => [name, material.blocks[f]]));
  for (const [f, name] of options.features.names.entries()) own.set(wholeName(name), blocks[f]);
  const whole = set.names.flatMap((name) => own.get(name) ?? []).map((block) => ({ block }));
  const sampled = gatherAll(whole, some);
  const pipeline = {
    features: set,
    names: options.features.names,
    fitted: [...fitted, ...steps],
    blocks: sampled,
    sizes: rowSizes(blocks),
    rows: await development.rows.take(some, options.signal),
    origin: some.map((row) => development.rows.origin[row]),
    timed: measured.first.timedOf(set),
    timedFull: full.timed,
    truth: pick(truth, some, 1),
    against: target,
    reference: full,
    unseen: unseenRows(judging.full.held[0], truth, random),
    learners,
    failed: material.failed,
    fit: (learner: Learner, features: readonly string[]) =>
      fitProbe(fitting(material, TIMED), judging, {
        features,
        learner: learner.name,
        target,
        passed: false,
        prefix: null,
        passedRows: probeRows(learner, material, random),
      }),
    decision,
    clock: measured.timing.clock,
    random,
  };
  // Costs measured anew would be others, and so might be the plan.
  const known = await checkpoint?.recallStep('profile');
  if (checkpoint !== undefined && typeof known === 'string') {
    try {
      const before: Profile<Name> = JSON.parse(known);
      // Learners that failed then fail again, and have no cost.
      const [own, ...offered] = learners;
      const able = offered.filter(({ name }) => Object.hasOwn(before.models, name));
      checkProfile(before, options.features.names, [own, ...(material.failed ? able : offered)]);
      return before;
    } catch (error) {
      throw checkpoint.unfit('its profile is none', error);
    }
  }
  const share = limit && shareWithin(OF_THE_REST * (limit.seconds - meter.elapsed()));
  const every = await profilePipeline(pipeline, { ...tracker('profile'), signal: early, share });
  const profile = withGoingOn(every, options.features.names, material.fidelities, versions.handingOn);
  checkpoint?.keepStep('profile', JSON.stringify(profile));
  return profile;
}

/** The profile that was given to `tune`, or what the first rows took of features: known before any model is. */
export function firstProfile<Row, L extends Label, Name extends string>(
  { options: { profile, features } }: Pick<Run<Row, L, Name>, 'options'>,
  { blocks, measured, versions }: Pick<FeatureBlocks<Row>, 'blocks' | 'measured' | 'versions'>,
): Profile<Name> {
  if (profile) return ofThese(profile, features.names, versions.names);
  if (measured === undefined) throw new TypeError('features are timed where no profile is given');
  return sampledProfile(features, blocks, rowSizes(blocks), measured.first.timedOf(features));
}

/** Seconds that a row takes through all features and the full model, as far as they are timed, in a batch of 1,024. */
export function secondsARow<Row, L extends Label, Name extends string>(
  run: Pick<Run<Row, L, Name>, 'options'>,
  all: Pick<FeatureBlocks<Row>, 'blocks' | 'measured' | 'versions'>,
  profile: Profile<Name> = firstProfile(run, all),
): number {
  const { features, transforms, full } = profile;
  const costs = [
    ...run.options.features.names.map((name) => features[name].cost),
    ...Object.values<Cost>(transforms),
    ...(full ? [full] : []),
  ];
  return sumSimple(costs.map((cost) => batchCost(cost, BATCH) / BATCH)) / 1e6;
}

const BATCH = 1_024;

/** The share of the seconds that are left for measuring. */
const OF_THE_REST = 0.15;

/** A probe of boosted trees is fitted to so many rows, and so many for each class: its trees are as large as others. */
const PROBE_ROWS = 3_000;
const PROBE_ROWS_A_CLASS = 500;

/** The rows that a model is fitted to in order to measure it; undefined: all of them. */
function probeRows({ probe }: Learner, { fit, width }: Material, random: Random): Int32Array | undefined {
  const count = Math.max(PROBE_ROWS, PROBE_ROWS_A_CLASS * width);
  // Other learners may make larger models of more rows.
  if (probe === undefined || count >= fit.length) return undefined;
  return sample(fit.length, count, random.fork('probe rows')).map((i) => fit[i]);
}

/** Rows that measuring takes at most: more wouldn't make costs steadier. */
const MOST = 16_384;

/** The development rows that costs are measured with: a sample where there are many. */
export function profiledRows(rows: number, random: Random): Int32Array {
  return sampled(rows, MOST, random.fork('profiled rows'));
}

/** All of these rows, or at random so many of them. */
function sampled(rows: number, most: number, random: Random): Int32Array {
  return rows <= most ? consecutive(0, rows) : sample(rows, most, random).sort();
}

/** Rows that the full model scores for the importance of features, all shuffles together, and at least for each. */
const MOST_SHUFFLED = 60_000;
const LEAST_SHUFFLED = 2_000;

/** Rows that importance is counted on: a sample where there are many, or many features. */
export function unseenRows(
  { model, rows, blocks }: ScoredFullModel['held'][number],
  truth: Float64Array,
  random: Random,
): Pipeline<never, never>['unseen'] {
  const most = Math.max(LEAST_SHUFFLED, Math.ceil(MOST_SHUFFLED / (IMPORTANCE_REPEATS * blocks.length)));
  const some = sampled(rows.length, most, random.fork('importance').fork('profiled rows'));
  return {
    model,
    blocks: gatherAll(blocks, some),
    truth: Float64Array.from(some, (i) => truth[rows[i]]),
  };
}

/** Without a further copy where all rows are wanted. */
function gatherAll(blocks: readonly BlockRows[], rows: Int32Array): readonly Block[] {
  return blocks.map((block) => readRows(countRows(block) === rows.length ? block : selectRows(block, rows)));
}

/** Cost and importance of every feature, and the cost of running models. */
export async function profilePipeline<Row, Name extends string>(
  pipeline: Pipeline<Row, Name>,
  tracker: Tracker & { readonly share?: number | undefined },
): Promise<Profile<Name>> {
  const { features, names: own = features.names, blocks, reference, learners, decision, unseen } = pipeline;
  const names: readonly string[] = features.names;
  const blocksFor = (wanted: readonly string[]) => wanted.map((name) => blocks[names.indexOf(name)]);
  const quality = decision.kind === 'value' ? explained : share;
  const right = (scores: Float64Array) =>
    quality(decideAll(decision, scores, unseen.model.classes), unseen.truth);
  const fullCost =
    pipeline.timedFull && sampledCost(pipeline.timedFull, reference.price ?? 0, pipeline.sizes);
  // A model of rows is the user's own function: nobody knows what another call of it costs.
  const dearCost = fullCost && (reference.model.readsRows || isDear(fullCost)) ? fullCost : undefined;
  // Each shuffle of a feature asks for all rows once more.
  const byRead = dearCost
    ? undefined
    : await importances(unseen.model, unseen.blocks, right, pipeline.random.fork('importance'));

  const probe = async (learner: Learner, names: readonly string[]) => ({
    model: await pipeline.fit(learner, names),
    blocks: learner.readsRows ? [rowBlock(pipeline.rows)] : blocksFor(names),
  });
  const probes = [];
  const subsets = probeSubsets(own, blocks);
  for (const learner of learners) {
    const wanted = learner.reads ? [learner.reads, learner.reads] : subsets;
    const attempt = (reads: readonly string[]) => probe(learner, reads);
    const fitted = await probesOf(learner, wanted, pipeline, attempt);
    if (fitted === undefined) continue;
    const [small, large] = fitted;
    const cost = learner.predicts && (await givenCost(learner, large, pipeline, tracker));
    probes.push({ learner, small: { ...small, cost }, large: { ...large, cost } });
  }
  const profile = await measureProfile(
    {
      ...pipeline,
      importances:
        byRead &&
        own.map((name) => ({
          ...(byRead[reference.reads.indexOf(name)] ?? { mean: 0, spread: 0 }),
          rows: unseen.truth.length,
          against: pipeline.against,
        })),
      full: {
        model: reference.model,
        blocks: modelInputs(
          reference.model,
          () => pipeline.rows,
          () => blocksFor(reference.reads),
        ),
        price: reference.price,
        cost: dearCost,
      },
      probes,
    },
    tracker,
  );
  return measureServing(pipeline, probes, profile, tracker);
}

/**
 * A model of little and one of much; where a learner fails on these, of what it takes; undefined where that is nothing.
 * The first learner, the full model's own, takes all features at least.
 */
async function probesOf<Fitted>(
  learner: Learner,
  [few, many]: readonly (readonly string[])[],
  { failed, learners, names: own }: Pick<Pipeline<never, string>, 'failed' | 'learners' | 'names'>,
  attempt: (features: readonly string[]) => Promise<Fitted>,
): Promise<readonly [Fitted, Fitted] | undefined> {
  if (failed === undefined) return [await attempt(few), await attempt(many)];
  const without = (features: readonly string[]) =>
    failed.without({ learner: learner.name, features }, () => attempt(features));
  const [small, large] = [await without(few), await without(many)];
  const [one, other] = [small ?? large, large ?? small];
  if (one !== undefined && other !== undefined) return [one, other];
  if (learner !== learners[0] || own === undefined) return undefined;
  const whole = await attempt(own);
  return [whole, whole];
}

/** Rows that show whether a model that was trained elsewhere is fast enough to score more. */
export const TRIED = 96;

/** The cost of a stage's model that was trained elsewhere, where it may not score more rows to measure it. */
async function givenCost<Row, Name extends string>(
  { price = 0, readsRows = false }: Learner,
  { model, blocks }: { readonly model: Model; readonly blocks: readonly Block[] },
  { clock, random, origin }: Pipeline<Row, Name>,
  { signal, requests }: Tracker,
): Promise<Cost | undefined> {
  const draw = random.fork(`given ${model.name}`);
  const { rows } = blocks[0];
  const some = sample(rows, Math.min(TRIED, rows), draw);
  const read = blocks.map((block) => gather(block, some));
  const { timed } = await blaming(
    (row) => origin?.[some[row]] ?? some[row],
    () => timedScores(model, read, { clock, random: draw }, { signal, requests }),
  );
  const cost = sampledCost(timed, price, rowSizes(read));
  return readsRows || isDear(cost) ? cost : undefined;
}

/** The share of answers that are right. */
function share(answers: Float64Array, truth: Float64Array): number {
  return answers.reduce((sum, answer, i) => sum + Number(answer === truth[i]), 0) / answers.length;
}

/**
 * The share of the variance that answers explain (R²); 0 where there is none. By hand: each shuffle of each feature
 * calls it, and simple-statistics takes no typed array without a copy.
 */
function explained(answers: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const squares = (of: (i: number) => number) =>
    truth.reduce((sum, value, i) => sum + square(value - of(i)), 0);
  const total = squares(() => mean);
  return total > 0 ? 1 - squares((i) => answers[i]) / total : 0;
}

/** The feature with the fewest values, and the smaller half: they determine the cost of a learner's models. */
function probeSubsets(names: readonly string[], blocks: readonly Block[]): [string[], string[]] {
  const bySize = names
    .map((name, f) => ({ name, entries: blocks[f].values.length }))
    .sort((a, b) => a.entries - b.entries)
    .map(({ name }) => name);
  const half = new Set(bySize.slice(0, Math.ceil(bySize.length / 2)));
  return [bySize.slice(0, 1), names.filter((name) => half.has(name))];
}
