import { systemClock, type TimedFeatures } from '../../lib/costs/index.js';
import type { Block } from '../../lib/data/blocks/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { Run } from '../problem/index.js';
import { blocksOf, fitFeatures, Refits, type SizeOf, type Timing, timedBlocks } from '../scoring/index.js';
import type { Label } from '../types/index.js';

/** The features, fitted on the rows that models are fitted on, and their values over all development rows. */
export interface FeatureBlocks<Row> {
  readonly fitted: readonly NamedFeature<Row>[];
  /** One a feature. */
  readonly blocks: readonly Block[];
  /** Times of the first rows, and how they were measured; absent if costs were given. */
  readonly measured: { readonly timing: Timing; readonly timed: TimedFeatures<Row> } | undefined;
  /** The size of the batch in which a row was computed. @defaultValue batches of 1,024, in order */
  readonly sizeOf: SizeOf | undefined;
  /** What features kept of the rows that they are fitted to, until rounds are fitted. */
  readonly refits: Refits;
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
  const refits = new Refits(rows.length, split.fit);
  const fitted = await fitFeatures(features, rows.select(split.fit), { ...own, patience }, refits);
  if (profile) {
    const blocks = await blocksOf(fitted, rows, own, fits.isShared);
    return { fitted, blocks: blocks.map(fits.share), measured: undefined, sizeOf: undefined, refits };
  }
  const timing = { clock, random: random.fork('timing') };
  const { blocks, timed, sizeOf } = await timedBlocks(features, fitted, rows, timing, own, fits.isShared);
  return { fitted, blocks: blocks.map(fits.share), measured: { timing, timed }, sizeOf, refits };
}
