import { type Block, rowSizes } from '../../lib/blocks/index.js';
import { type Decision, decideAll } from '../../lib/exits/index.js';
import type { FeatureSet, FittedFeature } from '../../lib/features/index.js';
import {
  type EnsemblePrefix,
  isEnsemble,
  type Learner,
  type Model,
  prefixOf,
} from '../../lib/learners/index.js';
import {
  type Batches,
  type Clock,
  type Cost,
  featureSubject,
  growthOf,
  halfSubjects,
  halve,
  type Importance,
  type InferenceCost,
  inTurn,
  measure,
  modelSubject,
  type Profile,
  type Subject,
  transformSubjects,
  transformsOf,
  withAncestors,
} from '../../lib/profile/index.js';
import { type NamedFeature, named } from '../../lib/runtime/index.js';
import { entriesPerRow, type Tracker } from './pipeline.js';

/** A model with the blocks that it reads. */
export interface Probe {
  readonly model: Model;
  readonly blocks: readonly Block[];
  readonly price?: number | undefined;
}

export interface Measured<Row, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  readonly fitted: readonly NamedFeature<Row>[];
  readonly blocks: readonly Block[];
  readonly rows: readonly Row[];
  /** What features are computed for. @defaultValue the rows in turn */
  readonly batches?: Batches<Row> | undefined;
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
  tracker: Tracker,
): Promise<Profile<Name>> {
  const { features, fitted, blocks, rows, batches, importances, full, probes, decision, clock } = what;
  const keys = transformsOf(features);
  const settle =
    ({ model }: Probe) =>
    (scores: Float64Array) =>
      decideAll(decision, scores, model.classes);
  const subjectOf = (probe: Probe) => modelSubject(probe.model, probe.blocks, settle(probe), probe.price);
  const computing = (over: Batches<Row>) => [
    ...fitted.map((feature) => featureSubject(feature.name, features, naming(feature), over)),
    ...transformSubjects(features, over),
  ];
  const halves = halve(rows, rowSizes(blocks));
  // What has a price is asked for no more than it must be: how it grows with a row's size changes no price.
  const unpriced = (over: readonly Row[]) => computing(inTurn(over)).filter(({ price }) => price === 0);
  const halved = halves ? halfSubjects(halves, unpriced) : [];
  const wholes = [full, ...probes.map(({ large }) => large)];
  const openings = wholes.map((probe) => probe && beginning(probe));
  const subjects: Subject[] = [
    ...computing(batches ?? inTurn(rows)),
    ...halved,
    ...(full ? [subjectOf(full)] : []),
    ...probes.flatMap(({ small, large }) => [subjectOf(small), subjectOf(large)]),
    ...openings.flatMap((probe) => (probe ? [subjectOf(probe)] : [])),
  ];
  const costs = (await measure(subjects, { clock, ...tracker }))[Symbol.iterator]();
  const take = (): Cost => {
    const { value } = costs.next();
    if (value === undefined) throw new RangeError('fewer costs than subjects');
    return value;
  };
  const means = [...fitted, ...keys].map(take);
  const byHalf = halved.map(take);
  const each = byHalf.length / 2;
  let next = 0;
  const computed = means.map((cost, i) => {
    if (halves === undefined || subjects[i].price > 0) return cost;
    const growth = growthOf(halves, byHalf[next], byHalf[each + next]);
    next++;
    return { ...cost, growth };
  });
  const transforms = Object.fromEntries(
    [...keys.values()].map((key, i) => [key, computed[fitted.length + i]]),
  );
  const fullCost = full && take();
  const pairs = probes.map(() => [take(), take()] as const);
  const [fullOpening, ...modelOpenings] = openings.map((probe, i) => {
    const whole = i === 0 ? fullCost : pairs[i - 1][1];
    return probe && whole ? openingOf(probe, take(), whole) : undefined;
  });
  const models = Object.fromEntries(
    probes.map(({ learner, small, large }, i) => {
      const opening = modelOpenings[i];
      return [
        learner.name,
        {
          ...inferenceCost(small, pairs[i][0], large, pairs[i][1]),
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
      ...(importances && { importance: importances[f] }),
    })),
    transforms,
    models,
    ...(fullCost && { full: fullCost }),
    ...(fullOpening !== undefined && { opening: fullOpening }),
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
        return block instanceof Promise ? block.catch(failed) : block;
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** The line through two models of the same learner; no part of it is negative. */
function inferenceCost(small: Probe, cheap: Cost, large: Probe, dear: Cost): InferenceCost {
  const few = entriesOf(small);
  const many = entriesOf(large);
  const perEntry = many > few ? Math.max(0, (dear.perRow - cheap.perRow) / (many - few)) : 0;
  return {
    fixed: (cheap.fixed + dear.fixed) / 2,
    perEntry,
    perRow: Math.max(0, cheap.perRow - perEntry * few),
  };
}

/** A quarter of an ensemble's rounds: what they cost tells what is paid before the first. */
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

function entriesOf({ blocks }: Probe): number {
  return blocks.reduce((sum, block) => sum + entriesPerRow(block), 0);
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name, position: number) => Value,
): Record<Name, Value> {
  const record: Partial<Record<Name, Value>> = {};
  names.forEach((name, i) => {
    record[name] = of(name, i);
  });
  return record as Record<Name, Value>; // Complete: every name was just set.
}
