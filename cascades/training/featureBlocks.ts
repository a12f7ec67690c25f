import { systemClock } from '../../lib/costs/index.js';
import type { Block } from '../../lib/data/blocks/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import { fidelitiesOf, type Run } from '../problem/index.js';
import { blocksOf, FirstRows, fitFeatures, Refits, type SizeOf, type Timing } from '../scoring/index.js';
import type { Label, TriedFidelity } from '../types/index.js';
import {
  checkNested,
  namedFidelities,
  triedVersions,
  type Versions,
  versionsOf,
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
  /** The first rows, which are timed, and how; absent if costs were given. */
  readonly measured: { readonly timing: Timing; readonly first: FirstRows<Row> } | undefined;
  /** The size of the batch in which a row was computed. @defaultValue batches of 1,024, in order */
  readonly sizeOf: SizeOf | undefined;
  /** What features kept of the rows that they are fitted to, until rounds are fitted. */
  readonly refits: Refits<Row>;
}

/** Fits take this share of the step `features`; the rounds' own fits come last. */
export const OF_FITS = 0.6;
/** From this share of the rows on their pace tells what the others take. */
const TELLING = 0.1;

/**
 * Fits every feature and computes it for every development row, each once; where costs aren't given, some rows are
 * timed.
 */
export async function fitFeatureBlocks<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
): Promise<FeatureBlocks<Row>> {
  const { options, problem, patience, fits, early, limit, meter } = run;
  const { onProgress, ...others } = run.tracker('features');
  const own = { ...others, signal: early };
  const { features, profile, clock = systemClock } = options;
  const {
    development: { rows },
    split,
    random,
  } = problem;
  const refits = new Refits<Row>(rows.length, split.fit);
  const began = meter.elapsed();
  const fitting = (share: number) => {
    if (share >= TELLING) limit?.need(((meter.elapsed() - began) * (1 - share)) / share);
    onProgress?.(OF_FITS * share);
  };
  const fitTracker = { ...own, patience, onProgress: fitting };
  const fitted = await fitFeatures(features, rows.select(split.fit), fitTracker, refits);
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
    const names = fidelitiesOf(options) === 0 ? {} : namedFidelities(profile, fitted);
    const versions = versionsOf(features, fitted, names);
    await checkNested(versions, fitted, rows, own);
    const blocks = await blocksOf(versions.stepped, rows, own, fits.isShared);
    return { ...withBlocks(blocks, versions), measured: undefined, sizeOf: undefined };
  }
  const timing = { clock, random: random.fork('timing') };
  const first = new FirstRows(rows, timing, own, fits.isShared);
  await first.time(features, fitted);
  limit?.need((rows.length + problem.certification.rows.length) * first.secondsARow());
  const most = fidelitiesOf(options);
  const { versions, tried } = await triedVersions(
    { features, fitted, rows, fit: split.fit },
    first,
    most,
    run,
    own,
  );
  const blocks = await first.blocks(versions.stepped);
  return { ...withBlocks(blocks, versions, tried), measured: { timing, first }, sizeOf: first.sizeOf };
}
