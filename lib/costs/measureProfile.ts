import { type Block, entries, rowSizes } from '../data/blocks/index.js';
import type { FeatureSet, FittedFeature, Transform } from '../features/define/index.js';
import { type Decision, decideAll } from '../learn/exits/index.js';
import {
  type EnsemblePrefix,
  isEnsemble,
  type Learner,
  type Model,
  prefixOf,
} from '../learn/learners/index.js';
import { type NamedFeature, named } from '../run/runtime/index.js';
import type { Clock } from './clock.js';
import type { Cost } from './cost.js';
import { growthOf, halfSubjects, halve } from './growth.js';
import type { Importance } from './importance.js';
import { measureCosts } from './measureCosts.js';
import { type InferenceCost, type Profile, transformsOf, withAncestors } from './profile.js';
import type { RoundsOptions, Subject } from './rounds.js';
import { isDear, sampledCost, type TimedFeatures } from './samples.js';
import { type Batches, featureSubject, inTurn, modelSubject, transformSubjects } from './subjects.js';

/** A model with the blocks that it reads. */
export interface Probe {
  readonly model: Model;
  readonly blocks: readonly Block[];
  readonly price?: number | undefined;
  /** Its cost, where it may not be run to measure it. */
  readonly cost?: Cost | undefined;
}

export interface Measured<Row, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  readonly fitted: readonly NamedFeature<Row>[];
  /** One a feature, over `rows`. */
  readonly blocks: readonly Block[];
  readonly rows: readonly Row[];
  /** The sizes of all rows that some were timed of: `rows`, unless these are a sample. */
  readonly sizes: Float64Array;
  /** The rows that features are computed for. @defaultValue the rows in turn */
  readonly batches?: Batches<Row> | undefined;
  /** Times of the first rows: the only ones of features that have a price or are slow. */
  readonly timed: TimedFeatures<Row>;
  /** Of the features that have one; these come first. */
  readonly importances: readonly Importance[] | undefined;
  readonly full: Probe | undefined;
  /** For each learner a model that reads little and one that reads much. */
  readonly probes: readonly { readonly learner: Learner; readonly small: Probe; readonly large: Probe }[];
  readonly decision: Decision;
  readonly clock: Clock;
}

/** Measures everything in one go, so that all of it met the same machine, and writes it down as a profile. */
export async function measureProfile<Row, Name extends string>(
  what: Measured<Row, Name>,
  options: Pick<RoundsOptions, 'signal' | 'onProgress' | 'share'>,
): Promise<Profile<Name>> {
  const { features, fitted, blocks, rows, importances, full, probes, decision, clock } = what;
  const keys = transformsOf(features);
  const settle =
    ({ model }: Probe) =>
    (scores: Float64Array) =>
      decideAll(decision, scores, model.classes);
  const subjectOf = (probe: Probe) => modelSubject(probe.model, probe.blocks, settle(probe), probe.price);
  const dear = dearOf(what);
  const parts = measuredParts(what, dear);
  const halves = halve(rows, rowSizes(blocks));
  const halved = parts.flatMap((part, i) => (halves && part?.of ? [{ part: i, of: part.of }] : []));
  const halfOf = (part: number) => halved.findIndex((half) => half.part === part);
  const wholes = [full, ...probes.map(({ large }) => large)];
  const openings = wholes.map((probe) => probe && beginning(probe));
  const costs = await measureAll(
    [
      ...parts.map((part) => part?.subject),
      ...(halves ? halfSubjects(halves, (own) => halved.map(({ of }) => of(inTurn(own)))) : []),
      full && !full.cost ? subjectOf(full) : undefined,
      ...probes.flatMap(({ small, large }) =>
        [small, large].map((probe) => (probe.cost ? undefined : subjectOf(probe))),
      ),
      ...openings.map((probe) => probe && subjectOf(probe)),
    ],
    { ...options, clock },
  );
  const means = parts.map(costs.take);
  const [light, heavy] = [0, 1].map(() => (halves ? halved : []).map(costs.take));
  const computed = parts.map((_, i): Cost => {
    const half = halfOf(i);
    const mean = means[i] ?? dear.costs[i];
    const [small, large] = [light[half], heavy[half]];
    if (halves === undefined || small === undefined || large === undefined) return mean;
    return { ...mean, growth: growthOf(halves, small, large) };
  });
  const transforms = Object.fromEntries(
    [...keys.values()].map((key, i) => [key, computed[fitted.length + i]]),
  );
  const fullCost = costs.take() ?? full?.cost;
  const pairs = probes.map(
    ({ small, large }) => [costs.demand(small.cost), costs.demand(large.cost)] as const,
  );
  const [fullOpening, ...modelOpenings] = openings.map((probe, i) => {
    const opening = costs.take();
    const whole = i === 0 ? fullCost : pairs[i - 1][1];
    return probe && opening && whole ? openingOf(probe, opening, whole) : undefined;
  });
  const models = Object.fromEntries(
    probes.map(({ learner, small, large }, i) => {
      const opening = modelOpenings[i];
      return [
        learner.name,
        {
          ...inferenceCost(small, pairs[i][0], large, pairs[i][1]),
          ...(learner.price !== undefined && { price: learner.price }),
          ...(opening !== undefined && { opening }),
        },
      ];
    }),
  );
  return {
    features: byName(features.names, (name, f) => ({
      cost: computed[f],
      entries: entriesPerRow(blocks[f]),
      reads: withAncestors(features.get(name).reads).flatMap((transform) => keys.get(transform) ?? []),
      ...(importances?.[f] && { importance: importances[f] }),
    })),
    transforms,
    models,
    ...(fullCost && { full: fullCost }),
    ...(fullOpening !== undefined && { opening: fullOpening }),
  };
}

/** Measures the subjects that there are, and hands out a cost for each place in their order. */
async function measureAll(places: readonly (Subject | undefined)[], options: RoundsOptions) {
  const subjects = places.flatMap((subject) => subject ?? []);
  const measured = await measureCosts(subjects, options);
  let next = 0;
  let used = 0;
  const take = (): Cost | undefined => (places[next++] === undefined ? undefined : measured[used++]);
  return {
    take,
    demand(known: Cost | undefined): Cost {
      const cost = take() ?? known;
      if (cost === undefined) throw new RangeError('fewer costs than subjects');
      return cost;
    },
  };
}

/**
 * What the first rows took of features and transforms alone, before any model is there or anything is measured again.
 *
 * @param blocks one a feature
 * @param sizes of the rows, as `rowSizes` has them
 */
export function sampledProfile<Row, Name extends string>(
  features: FeatureSet<Row, Name>,
  blocks: readonly Block[],
  sizes: Float64Array,
  timed: TimedFeatures<Row>,
): Profile<Name> {
  const keys = transformsOf(features);
  const costs = [...keys].map(([transform, key]) => [
    key,
    sampledCost(timed.transforms.get(transform) ?? [], 0, sizes),
  ]);
  return {
    features: byName(features.names, (name, f) => ({
      cost: sampledCost(timed.features[f], features.get(name).price ?? 0, sizes),
      entries: entriesPerRow(blocks[f]),
      reads: withAncestors(features.get(name).reads).flatMap((transform) => keys.get(transform) ?? []),
    })),
    transforms: Object.fromEntries(costs),
    models: {},
  };
}

/** Features, then transforms: what the first rows took of each, and which may not compute more. */
interface Dear<Row> {
  readonly costs: readonly Cost[];
  readonly features: readonly boolean[];
  readonly transforms: ReadonlySet<Transform<Row, unknown>>;
}

/**
 * What has a price, is slow or says that it is expensive isn't computed to be measured, and nor are transforms that a
 * feature with a price reads: they may be where it is paid.
 */
function dearOf<Row, Name extends string>({ features, sizes, timed }: Measured<Row, Name>): Dear<Row> {
  const costs = timed.features.map((batches, f) =>
    sampledCost(batches, features.get(features.names[f]).price ?? 0, sizes),
  );
  const transforms = new Set<Transform<Row, unknown>>();
  for (const name of features.names) {
    const { price = 0, reads } = features.get(name);
    if (price > 0) for (const transform of withAncestors(reads)) transforms.add(transform);
  }
  for (const [transform, batches] of timed.transforms) {
    const cost = sampledCost(batches, 0, sizes);
    costs.push(cost);
    // One that reads a dear one would have it computed anew.
    const isBehind = transform.parent !== undefined && transforms.has(transform.parent);
    if (isBehind || isDear(cost)) transforms.add(transform);
  }
  const all: FeatureSet<Row> = features;
  const isExpensive = (name: string, f: number) => all.get(name).expensive === true || isDear(costs[f]);
  return { costs, features: features.names.map(isExpensive), transforms };
}

/** Something that is computed to be measured. */
interface MeasuredPart<Row> {
  readonly subject: Subject;
  /** The same over other rows; none where these would have something dear computed. */
  readonly of: ((batches: Batches<Row>) => Subject) | undefined;
}

/** Features and transforms as they are to be measured; nothing for those that aren't. */
function measuredParts<Row, Name extends string>(
  { features, fitted, rows, batches, timed }: Measured<Row, Name>,
  dear: Dear<Row>,
): (MeasuredPart<Row> | undefined)[] {
  const usual = batches ?? inTurn(rows);
  const known = knownBatches(timed.batches);
  const readsDear = (reads: readonly Transform<Row, unknown>[]) =>
    withAncestors(reads).some((transform) => dear.transforms.has(transform));
  const all: FeatureSet<Row> = features;
  const ofFeatures = fitted.map((feature, f) => {
    if (dear.features[f]) return undefined;
    const of = (over: Batches<Row>) => featureSubject(feature.name, features, naming(feature), over);
    // What the dear transforms gave for the first batches is there still.
    if (readsDear(all.get(feature.name).reads)) return { subject: of(known), of: undefined };
    return { subject: of(usual), of };
  });
  const ofTransforms = [...transformsOf(features).keys()].map((transform, i) => {
    if (dear.transforms.has(transform)) return undefined;
    const of = (over: Batches<Row>) => transformSubjects(features, over)[i];
    return { subject: of(usual), of };
  });
  return [...ofFeatures, ...ofTransforms];
}

/** Batches of which transforms know everything, each time the same ones. */
function knownBatches<Row>(batches: readonly (readonly Row[])[]): Batches<Row> {
  const sizes = [...new Set(batches.map(({ length }) => length))].sort((a, b) => a - b);
  const bySize = new Map(sizes.map((size) => [size, batches.filter(({ length }) => length === size)]));
  return {
    sizes,
    take(size, round) {
      const own = bySize.get(size) ?? [];
      return own[round % own.length];
    },
  };
}

/** A feature whose errors have its name: rows that are measured may be the first that it fails on. */
function naming<Row>(feature: NamedFeature<Row>): Pick<FittedFeature<Row>, 'compute'> {
  const failed = (error: unknown): never => {
    throw named(feature, error, () => undefined);
  };
  return {
    compute(view, context) {
      try {
        const block = feature.fitted.compute(view, context);
        if (!(block instanceof Promise)) return block;
        return (feature.patience?.wait(block, `${view.length} rows`) ?? block).catch(failed);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** The line through two models of the same learner; no part of it is negative. */
function inferenceCost(small: Probe, cheap: Cost, large: Probe, dear: Cost): InferenceCost {
  const few = entriesRead(small);
  const many = entriesRead(large);
  const perEntry = many > few ? Math.max(0, (dear.perRow - cheap.perRow) / (many - few)) : 0;
  return {
    fixed: (cheap.fixed + dear.fixed) / 2,
    perEntry,
    perRow: Math.max(0, cheap.perRow - perEntry * few),
  };
}

/** A quarter of an ensemble's rounds: their cost shows what is paid before the first. */
function beginning({ model, blocks }: Probe): (Probe & { model: EnsemblePrefix }) | undefined {
  if (!isEnsemble(model) || model.rounds < 8) return undefined;
  return { model: prefixOf(model, model.rounds >> 2), blocks };
}

/** The share of a row's cost that is paid before the first round, from what these cost and what all do. */
function openingOf(
  { model: { rounds, ensemble } }: { model: EnsemblePrefix },
  some: Cost,
  all: Cost,
): number {
  const part = rounds / ensemble.rounds;
  const share = all.perRow > 0 ? some.perRow / all.perRow : part;
  return Math.min(1, Math.max(0, (share - part) / (1 - part)));
}

/** Numbers a row that a model reads of all its blocks. */
export function entriesRead({ blocks }: Probe): number {
  return blocks.reduce((sum, block) => sum + entriesPerRow(block), 0);
}

export function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name, position: number) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name, i) => [name, of(name, i)])) as Record<Name, Value>; // Complete: every name was just set.
}

/** Numbers a row that a model reads of a block. */
function entriesPerRow(block: Block): number {
  return entries(block) / Math.max(1, block.rows);
}
