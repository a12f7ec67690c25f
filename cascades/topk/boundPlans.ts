import { type Block, slice } from '../../lib/blocks/index.js';
import { DataError } from '../../lib/errors.js';
import type { FeatureRange } from '../../lib/features/index.js';
import type { Model } from '../../lib/learners/index.js';
import { costOf, featureCosts, type Objective } from '../../lib/profile/index.js';
import { candidatesOf, cheapestWay } from '../../lib/pruning/index.js';
import type { Random } from '../../lib/stats/index.js';
import { fullCost } from '../costs/index.js';
import { blocksOf, type Tracker } from '../scoring/index.js';
import type { Band } from './bands.js';
import { checkAdditive, isSumOf, type PruningPlan, rangesOf, waysOf } from './pruning.js';
import type { QuerySet } from './queries.js';
import type { BandPlan } from './terms.js';
import type { Trained } from './training.js';

export interface BoundPlanOptions {
  readonly mode: 'exact' | 'quantile';
  readonly ranges: Readonly<Partial<Record<string, FeatureRange>>> | undefined;
  readonly objective: Objective;
  readonly random: Random;
}

/** A plan, and the models that it needs beside the full one. */
export interface BoundPlan {
  readonly pruning: PruningPlan;
  readonly models: readonly Model[];
}

/** Makes plans that drop candidates by bounds on the full model's sum. */
export interface BoundPlanner<Name extends string> {
  /** Those with sure bounds first, then ever bolder ones, each cheaper than the one before. */
  pathFor(band: Band, shares: readonly number[]): readonly BoundPlan[];
  /** With what is to be expected of it. */
  served(band: Band, plan: BoundPlan): BandPlan<Name>;
}

/** Rows on which bounds are tried: more of them would say little. */
const MOST_ROWS = 50_000;
const CHECKED_ROWS = 256;

/** @throws OptionError for a full model that is no sum, or a feature without a range; DataError without queries */
export async function boundPlanner<Row, Name extends string>(
  { full, fitted, computing, profile }: Trained<Row, Name>,
  names: readonly Name[],
  tuning: QuerySet<Row>,
  { mode, ranges, objective, random }: BoundPlanOptions,
  tracker: Tracker,
): Promise<BoundPlanner<Name>> {
  if (tuning.rows.length === 0) {
    throw new DataError(
      'queries: none are left to find bounds on; give more, or keep fewer for the certificate',
    );
  }
  const { model, reads } = full;
  const isByFeature = isSumOf('features', model);
  const named = (name: string) => fitted.find((feature) => feature.name === name)?.fitted;
  const costs = reads.map((name) =>
    Math.max(Number.EPSILON, costOf(featureCosts(profile, [name]), objective)),
  );
  const terms = { ranges: isByFeature ? rangesOf(reads, named, ranges) : [], costs };
  // In an order that says nothing: a scout is fitted to some of them, and judged on the others.
  const order = Int32Array.from(tuning.rows.keys());
  random.shuffle(order);
  const rows = Array.from(order.subarray(0, MOST_ROWS), (row) => tuning.rows[row]);
  const blocks = await readBlocks({ full, computing }, rows, tracker);
  const ways = await waysOf(model, terms, candidatesOf(blocks), {
    isQuantile: mode === 'quantile',
    signal: tracker.signal,
  });
  const checked = blocks.map((block) => slice(block, 0, Math.min(block.rows, CHECKED_ROWS)));
  for (const { additive } of ways) await checkAdditive(model, additive, checked);

  return {
    pathFor({ k: [, k], candidates: [, of] }, shares) {
      const planFor = (share?: number): BoundPlan[] =>
        cheapestWay(ways, { k, of, ...(share && { share }) }).map(({ order, pruning, scout }) => ({
          pruning: { ...pruning, ...terms, order },
          models: scout ? [scout] : [],
        }));
      const path = planFor();
      for (const plan of shares.flatMap(planFor)) {
        if (plan.pruning.cost < path[path.length - 1].pruning.cost) path.push(plan);
      }
      return path;
    },
    served({ k }, { pruning }) {
      const whole = fullCost(profile, reads, objective);
      const features = costOf(featureCosts(profile, reads), objective);
      // Trees read all of their features; of linear models the features themselves are spared.
      const cost = isByFeature ? whole * pruning.cost : features + (whole - features) * pruning.cost;
      return {
        k,
        stages: [],
        pruning,
        full: { features: names.filter((name) => reads.includes(name)), reach: 1, cost: whole },
        expected: { cost, fullCost: whole, speedup: whole / cost },
      };
    },
  };
}

/** What the full model reads of some rows. */
export async function readBlocks<Row>(
  { full, computing }: Pick<Trained<Row, string>, 'full' | 'computing'>,
  rows: readonly Row[],
  tracker: Tracker,
): Promise<Block[]> {
  const read = full.reads.flatMap((name) => computing.filter((feature) => feature.name === name));
  return blocksOf(read, { rows, origin: Int32Array.from(rows.keys()) }, tracker);
}
