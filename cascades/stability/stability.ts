import type { Block } from '../../lib/data/blocks/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { type CascadeParts, servedSet } from '../plan/index.js';
import { modelInputs } from '../scoring/index.js';
import { type Label, type Stability, widthOf } from '../types/index.js';
import { changedAlone, type ServedStages } from './answers.js';
import { compareFeatures, type Held, type Reread } from './features.js';
import { type ComparedModel, compareModel, IF_IT_VARIES } from './models.js';
import { liveOf, tolerancesOf } from './settings.js';

/**
 * The compared data: the blocks, one a feature, the rows that were read again, and the full model's
 * scores in a large batch.
 */
export interface Stable {
  /** What each block is of. */
  readonly names: readonly string[];
  readonly blocks: readonly Block[];
  /** The rows themselves; none where they aren't in memory, and no model reads them. */
  readonly rows: readonly unknown[];
  readonly reread: Reread;
  /** Scores of the large batch, of models that read rows. */
  readonly known: ReadonlyMap<Model, Float64Array>;
  readonly full: Float64Array;
  /** Whether these are by a model that may differ from itself: it is asked twice elsewhere, and not compared here. */
  readonly varies: boolean;
}

/** The parts of a cascade that answer rows. */
type Answering<Row, L extends Label, Name extends string> = Pick<
  CascadeParts<Row, L, Name>,
  'features' | 'fitted' | 'fidelities' | 'classes' | 'reads' | 'full' | 'stages' | 'plan'
>;

/**
 * The consistency of the served parts: rows that were read again are answered alone and in a batch.
 */
export async function stabilityOf<Row, L extends Label, Name extends string>(
  parts: Answering<Row, L, Name>,
  { names, blocks, rows, reread, known, full: scores, varies }: Stable,
  signal: AbortSignal | undefined,
): Promise<Stability> {
  const { fitted, stages, full } = parts;
  const places = fitted.map(({ name }) => names.indexOf(name));
  const all = { blocks: places.map((f) => blocks[f]), rows, known };
  const own = { ...reread, blocks: places.map((f) => reread.blocks[f]) };
  return {
    rows: reread.alone,
    changed: await changedAlone(servedBy(parts), all, own, { scores, varies }, signal),
    ...statedOf(
      servedSet(parts),
      [full, ...stages].map(({ model }) => model),
    ),
    ...variesAmong(stages),
  };
}

/** The promise's statements on features and models. */
export function statedOf<Row>(
  features: FeatureSet<Row>,
  models: readonly Model[],
): Pick<Stability, 'tolerance' | 'live'> {
  const all = features.names.map((name) => ({ name, tolerance: features.get(name).tolerance }));
  return { tolerance: tolerancesOf(all, models), live: liveOf(features) };
}

/** A model, the features that it reads, and its scores of the rows. */
interface ScoredBefore {
  readonly model: Model;
  readonly features: readonly string[];
  readonly scores: Float64Array | undefined;
}

/** The full model, with whether it may differ from itself, and whether it was given trained. */
interface FullBefore extends ScoredBefore {
  readonly scores: Float64Array;
  readonly varies: boolean;
  readonly isGiven: boolean;
}

/** Compares features and models once more, on rows that were just computed. */
export async function compareAll<Row>(
  held: Held<Row>,
  full: FullBefore,
  chain: readonly ScoredBefore[],
  random: Random,
  signal: AbortSignal | undefined,
): Promise<Stable> {
  const { blocks, fitted, rows } = held;
  const all = rows.held ?? [];
  const reread = await compareFeatures(held, random, signal);
  const known = new Map<Model, Float64Array>();
  const compare = async (
    { model, features, scores }: ScoredBefore,
    how: Pick<ComparedModel, 'varies' | 'otherwise'>,
  ) => {
    const read = modelInputs(
      model,
      () => all,
      () => features.map((name) => blocks[at(fitted, name)]),
    );
    const compared = { model, blocks: read, scores, origin: rows.origin, ...how };
    const own = await compareModel(compared, reread, signal);
    if (model.readsRows) known.set(model, own);
    return own;
  };
  for (const stage of chain) await compare(stage, { varies: stage.model.varies });
  const names = fitted.map(({ name }) => name);
  const { varies, isGiven } = full;
  const own = await compare(full, { varies, otherwise: isGiven ? IF_IT_VARIES : undefined });
  return { names, blocks, rows: all, reread, known, full: own, varies };
}

function servedBy<Row, L extends Label, Name extends string>({
  fitted,
  classes,
  reads,
  full,
  stages,
  plan,
}: Answering<Row, L, Name>): ServedStages {
  const positions = (names: readonly string[]) => names.map((name) => at(fitted, name));
  return {
    stages: plan.stages.map(({ thresholds }, s) => ({
      model: stages[s].model,
      rule: stages[s].rule,
      reads: stages[s].model.readsRows ? [] : positions(stages[s].features),
      thresholds: Float64Array.from(thresholds, (threshold) => threshold ?? Number.POSITIVE_INFINITY),
    })),
    full: { model: full.model, reads: positions(reads) },
    classes: widthOf(classes),
    decision: plan.decision,
  };
}

function at(fitted: readonly { readonly name: string }[], wanted: string): number {
  return fitted.findIndex(({ name }) => name === wanted);
}

/** The stages' models that may differ from themselves, by name. */
function variesAmong(stages: readonly { readonly model: Model }[]): Pick<Stability, 'varies'> {
  const varies = [...new Set(stages.flatMap(({ model }) => (model.varies ? [model.name] : [])))];
  return varies.length === 0 ? {} : { varies };
}
