import { systemClock, type TimedFeatures } from '../../lib/costs/index.js';
import type { Block } from '../../lib/data/blocks/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import { fidelitiesOf, type Run } from '../problem/index.js';
import {
  blocksOf,
  FirstRows,
  fitFeatures,
  Refits,
  type SizeOf,
  type Timing,
  type Tracker,
} from '../scoring/index.js';
import type { Label, TriedFidelity } from '../types/index.js';
import {
  checkNested,
  keptFidelities,
  namedFidelities,
  namesOf,
  pricedFidelities,
  proposedFidelities,
  type Versions,
  versionsOf,
  withFewer,
} from './fidelities/index.js';

/** The features, fitted on the rows that models are fitted on, and their values over all development rows. */
export interface FeatureBlocks<Row> {
  readonly fitted: readonly NamedFeature<Row>[];
  /** One a feature. */
  readonly blocks: readonly Block[];
  /** Cheaper versions of features, for stages alone. */
  readonly versions: Versions<Row> & {
    /** One a version, in the order of their names. */
    readonly blocks: readonly Block[];
    /** All that were looked at. */
    readonly tried: readonly TriedFidelity[];
  };
  /** Times of the first rows, and how they were measured; absent if costs were given. */
  readonly measured: { readonly timing: Timing; readonly timed: TimedFeatures<Row> } | undefined;
  /** The size of the batch in which a row was computed. @defaultValue batches of 1,024, in order */
  readonly sizeOf: SizeOf | undefined;
  /** What features kept of the rows that they are fitted to, until rounds are fitted. */
  readonly refits: Refits<Row>;
}

/**
 * Fits every feature and computes it for every development row, each once; where costs aren't given, some rows are
 * timed.
 */
export async function fitFeatureBlocks<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
): Promise<FeatureBlocks<Row>> {
  const { options, problem, patience, fits, early } = run;
  const own = { ...run.tracker(), signal: early };
  const { features, profile, clock = systemClock } = options;
  const {
    development: { rows },
    split,
    random,
  } = problem;
  const refits = new Refits<Row>(rows.length, split.fit);
  const fitted = await fitFeatures(features, rows.select(split.fit), { ...own, patience }, refits);
  const withBlocks = (
    blocks: readonly Block[],
    versions: Versions<Row>,
    tried: readonly TriedFidelity[] = [],
  ) => {
    const all = blocks.map(fits.share);
    return {
      fitted,
      blocks: all.slice(0, fitted.length),
      versions: { ...versions, blocks: all.slice(fitted.length), tried },
      refits,
    };
  };
  if (profile) {
    const names = fidelitiesOf(options) > 0 ? namedFidelities(profile, fitted) : {};
    const versions = versionsOf(features, fitted, names);
    await checkNested(versions, fitted, rows, own);
    const blocks = await blocksOf(versions.stepped, rows, own, fits.isShared);
    return { ...withBlocks(blocks, versions), measured: undefined, sizeOf: undefined };
  }
  const timing = { clock, random: random.fork('timing') };
  const first = new FirstRows(rows, timing, own, fits.isShared);
  await first.time(features, fitted);
  const { versions, tried } = await triedVersions(run, fitted, first, own);
  const blocks = await first.blocks(versions.stepped);
  const timed = first.timedOf(versions.set);
  return { ...withBlocks(blocks, versions, tried), measured: { timing, timed }, sizeOf: first.sizeOf };
}

/** The versions that dear features propose, timed, without those that turn out as dear. */
async function triedVersions<Row, L extends Label, Name extends string>(
  { options, problem, objective, checkpoint }: Run<Row, L, Name>,
  fitted: readonly NamedFeature<Row>[],
  first: FirstRows<Row>,
  tracker: Tracker,
): Promise<{ readonly versions: Versions<Row>; readonly tried: readonly TriedFidelity[] }> {
  const { features } = options;
  const most = fidelitiesOf(options);
  if (most === 0) return { versions: versionsOf(features, fitted, {}), tried: [] };
  const timedAt = async (names: Versions<Row>['names']) => {
    const versions = versionsOf(features, fitted, names);
    const { stepped, set, measured } = versions;
    await checkNested(versions, fitted, problem.development.rows, tracker);
    await first.time(set, measured, (name) => stepped.some((step) => step.name === name));
    return versions;
  };
  let now: Versions<Row> | undefined;
  const tried = await keptFidelities(checkpoint, async () => {
    const view = first.among(problem.split.fit);
    const proposed = proposedFidelities(features, fitted, view, first.timedOf(features), objective, most);
    now = await timedAt(proposed.names);
    return pricedFidelities(proposed, now.set, first.timedOf(now.set), objective);
  });
  const versions = now ?? (await timedAt(namesOf(tried)));
  const left = namesOf(tried.filter(({ outcome }) => outcome !== 'dear'));
  return { versions: withFewer(versions, left), tried };
}
