import { sum } from 'simple-statistics';
import { gather, rowBlock, rowSizes, slice } from '../data/blocks/index.js';
import { isLinear, type Model, scoreInto } from '../learn/learners/index.js';
import type { Random } from '../stats/index.js';
import { batchTimes, warmUp } from './batchTimes.js';
import { type BatchTime, batchCost, type Cost, FREE } from './cost.js';
import { growthOf, halve } from './growth.js';
import { byName, entriesRead, type Measured, type Probe } from './measureProfile.js';
import { type OwnWork, ownWork } from './ownWork.js';
import { type InferenceCost, marginsOf, type Profile } from './profile.js';
import { isRepeatable, repeatableOf } from './repeatable.js';
import { ROUNDS, type RoundsOptions, type Subject } from './rounds.js';
import { type Batches, featureSubject, inTurn, modelSubject, transformSubjects } from './subjects.js';

/** A learner's models that were measured: one that reads little and one that reads much. */
export interface ProbePair {
  readonly learner: { readonly name: string };
  readonly small: Probe;
  readonly large: Probe;
}

/** A pipeline with everything fitted that serves. */
export interface ServedPipeline<Row, Name extends string>
  extends Pick<
    Measured<Row, Name>,
    'features' | 'fitted' | 'blocks' | 'rows' | 'batches' | 'decision' | 'clock'
  > {
  /** The rows of batches as large as in service. @defaultValue the rows in turn */
  readonly servedBatches?: Batches<Row> | undefined;
  /** The answers to the rows that importance is counted against: the true ones, or the full model's. */
  readonly truth: Float64Array;
  readonly reference: { readonly model: Model; readonly reads: readonly string[] };
  readonly random: Random;
}

/** Rows a batch: as few as fall through to a late stage, up to as many as are served together. */
export const SERVED_SIZES: readonly number[] = [16, 64, 256, 1024];
/** Models are compared on light rows and on heavy ones in batches of this size. */
export const HALVES_SIZES: readonly number[] = [256];
/** Rounds are made of smaller batches where so many would take twice as long as rounds may. */
const LEAST_ROUNDS = ROUNDS.batches.warmUp + ROUNDS.batches.least;
/** Exit rules are measured on so many rows: what they take hardly depends on how many they were fitted to. */
const RULE_ROWS = 1_024;

/**
 * Adds to a profile the costs of serving: features and models in whole batches and on the few rows that fall through,
 * one after the other as stages run; exit rules; and the engine's own work. A line through small batches was up to
 * half off.
 *
 * Features and models that have a price, wait for other machines or are slow aren't measured again.
 */
export async function measureServing<Row, Name extends string>(
  pipeline: ServedPipeline<Row, Name>,
  probes: readonly ProbePair[],
  profile: Profile<Name>,
  { signal, share = 1 }: Pick<RoundsOptions, 'signal' | 'share'>,
): Promise<Profile<Name>> {
  const { features, fitted, blocks, rows, reference, clock, random } = pipeline;
  const names: readonly string[] = features.names;
  const over = pipeline.servedBatches ?? pipeline.batches ?? inTurn(rows);
  const { model: fullModel } = reference;
  const full = {
    model: fullModel,
    blocks: fullModel.readsRows
      ? [rowBlock(rows)]
      : reference.reads.map((name) => blocks[names.indexOf(name)]),
  };
  const subjects: Subject[] = [];
  const costs: Cost[] = [];
  const repeatable = repeatableOf(profile, features);
  /** The place of a subject's times; undefined where it isn't run again. */
  const add = (cost: Cost | undefined, subject: Subject): number | undefined => {
    if (cost === undefined || !isRepeatable(cost)) return undefined;
    if (subject.sizes === undefined) costs.push(cost);
    return subjects.push(subject) - 1;
  };
  const addPair = (few: Probe, many: Probe) => [few, many].map((probe) => add(FREE, scoring(probe)));
  const ofFeatures = new Map(
    features.names.map((name) => {
      const of = fitted.find((feature) => feature.name === name);
      const isRun = of !== undefined && repeatable.feature(name);
      const { cost } = profile.features[name];
      return [name, isRun ? add(cost, featureSubject(name, features, of.fitted, over)) : undefined];
    }),
  );
  const ofTransforms = new Map(
    transformSubjects(features, over).map((subject) => {
      const { name } = subject;
      return [name, repeatable.transform(name) ? add(profile.transforms[name], subject) : undefined];
    }),
  );
  const wholeCost = fullModel.readsRows ? undefined : profile.full;
  const ofFull = add(wholeCost, scoring(full));
  const ofModels = probes.map(({ small, large }) => {
    // Trained elsewhere and priced or slow: its cost is that of the rows that it scored anyway.
    if (small.cost ?? large.cost) return undefined;
    const whole = addPair(small, large);
    const [less, more] = [marginOf(small), marginOf(large)];
    return { whole, margins: less && more ? addPair(less, more) : [] };
  });
  const halves = halve([...rows.keys()], rowSizes(blocks));
  const ofHalves = (['light', 'heavy'] as const).map((which) => {
    if (halves === undefined) return undefined;
    const cut = (probe: Probe): Subject => ({ ...scoring(cutTo(probe, halves[which])), sizes: HALVES_SIZES });
    const whole = add(wholeCost, cut(full));
    return {
      full: whole,
      models: probes.map(({ large }) => (large.cost ? undefined : add(FREE, cut(large)))),
    };
  });
  const own = await ownWorkOf(pipeline, probes, signal);
  const sizes = over.sizes ?? affordable(costs, share);
  // Features and models have run while they were measured in small batches.
  const timing = { clock, signal, share, random: random.fork('serving') };
  await warmUp(own.subjects, sizes, timing);
  const times = await batchTimes([...subjects, ...own.subjects], sizes, ROUNDS.batches.milliseconds, timing);
  const timesAt = (place: number | undefined): readonly BatchTime[] =>
    place === undefined ? [] : times[place];

  const growth = (places: readonly (number | undefined)[]): number | undefined => {
    const [light, heavy] = places.map((place) => timesAt(place)[0]?.time);
    if (halves === undefined || light === undefined || heavy === undefined) return undefined;
    return growthOf(halves, { ...FREE, perRow: light }, { ...FREE, perRow: heavy });
  };
  const served = (place: number | undefined, cost: Cost): Cost =>
    place === undefined ? cost : { ...cost, batches: times[place] };
  const model = (places: readonly (number | undefined)[], { small, large }: ProbePair) => {
    const [few = [], many = []] = places.map(timesAt);
    return few.map(({ rows: size, time }, i) =>
      lineAt(size, [time, many[i].time], [entriesRead(small), entriesRead(large)]),
    );
  };
  const models = probes.flatMap((pair, p): [string, InferenceCost][] => {
    const { name } = pair.learner;
    const of = ofModels[p];
    if (of === undefined) return [[name, profile.models[name]]];
    const known = { ...profile.models[name], growth: growth(ofHalves.map((half) => half?.models[p])) ?? 0 };
    const margins = model(of.margins, pair);
    const last = margins.at(-1);
    const whole: [string, InferenceCost] = [name, { ...known, batches: model(of.whole, pair) }];
    if (last === undefined) return [whole];
    const { perRow, perEntry } = last;
    return [whole, [marginsOf(name), { ...known, fixed: 0, perRow, perEntry, batches: margins }]];
  });
  const { names: all } = features;
  return {
    ...profile,
    features: byName(all, (name) => {
      const of = profile.features[name];
      return { ...of, cost: served(ofFeatures.get(name), of.cost) };
    }),
    transforms: byName(Object.keys(profile.transforms), (key) =>
      served(ofTransforms.get(key), profile.transforms[key]),
    ),
    models: { ...profile.models, ...Object.fromEntries(models) },
    ...(profile.full && {
      full: served(ofFull, {
        ...profile.full,
        growth: growth(ofHalves.map((half) => half?.full)) ?? profile.full.growth,
      }),
    }),
    ...own.read(times.slice(subjects.length)),
  };
}

/** As large as there is time for; of what is slow together, only small batches. */
function affordable(costs: readonly Cost[], share: number): readonly number[] {
  const taken = (sizes: readonly number[]) =>
    (LEAST_ROUNDS / 1000) * sum(sizes.map((size) => sum(costs.map((cost) => batchCost(cost, size)))));
  const count = SERVED_SIZES.findLastIndex(
    (_, i) => taken(SERVED_SIZES.slice(0, i + 1)) <= 2 * share * ROUNDS.batches.milliseconds,
  );
  return SERVED_SIZES.slice(0, Math.max(1, count + 1));
}

function scoring({ model, blocks }: Probe): Subject {
  // The work on scores belongs to the exit rule, or the engine.
  return modelSubject(model, blocks, () => undefined);
}

/** One class's margin of a linear model of several. */
function marginOf({ model, blocks }: Probe): Probe | undefined {
  return isLinear(model) && model.classes > 2 ? { model: model.margin(0), blocks } : undefined;
}

function cutTo({ model, blocks }: Probe, rows: readonly number[]): Probe {
  return { model, blocks: blocks.map((block) => gather(block, rows)) };
}

/** Rules are measured on the scores of a stage's model, or on made-up scores where no model may be run again. */
async function ownWorkOf<Row, Name extends string>(
  { truth, decision, blocks }: ServedPipeline<Row, Name>,
  probes: readonly ProbePair[],
  signal: AbortSignal | undefined,
): Promise<OwnWork> {
  const { large } = probes.find(({ large: { cost } }) => !cost) ?? probes[0];
  const { classes } = large.model;
  const read = large.blocks.map((block) => slice(block, 0, Math.min(block.rows, RULE_ROWS)));
  const scores = new Float64Array(read[0].rows * classes);
  if (!large.cost) await scoreInto(large.model, read, scores);
  else for (let i = 0; i < scores.length; i++) scores[i] = spread(i);
  return ownWork(decision, scores, classes, truth.subarray(0, read[0].rows), blocks, signal);
}

/** Numbers between 0 and 1, no two alike for long: multiples of the golden ratio. */
function spread(i: number): number {
  return ((i + 1) * 0.6180339887498949) % 1;
}

/** The time of a batch as a line in the number of values that a model reads. */
function lineAt(
  rows: number,
  [few, many]: readonly number[],
  [least, most]: readonly number[],
): NonNullable<InferenceCost['batches']>[number] {
  const perEntry = most > least ? Math.max(0, (many - few) / rows / (most - least)) : 0;
  return {
    rows,
    perRow: Math.max(0, (most > least ? few : (few + many) / 2) / rows - perEntry * least),
    perEntry,
  };
}
