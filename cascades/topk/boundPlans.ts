import { type Block, gather } from '../../lib/blocks/index.js';
import { DataError } from '../../lib/errors.js';
import type { FeatureRange } from '../../lib/features/index.js';
import { costOf, featureCosts, type Objective } from '../../lib/profile/index.js';
import { candidatesOf, planPruning } from '../../lib/pruning/index.js';
import { blocksOf, fullCost, type Tracker } from '../stages/index.js';
import type { Band } from './bands.js';
import { additiveOf, checkAdditive, ordersOf, type PruningPlan, rangesOf } from './pruning.js';
import type { QuerySet } from './queries.js';
import type { BandPlan } from './terms.js';
import type { Trained } from './training.js';

export interface BoundPlanOptions {
  readonly ranges: Readonly<Partial<Record<string, FeatureRange>>> | undefined;
  readonly objective: Objective;
}

/** Makes plans that drop candidates by bounds on the full model's sum. */
export interface BoundPlanner<Name extends string> {
  /** Those with sure bounds first, then ever bolder ones, each cheaper than the one before. */
  pathFor(band: Band, shares: readonly number[]): Promise<readonly PruningPlan[]>;
  /** With what is to be expected of it. */
  served(band: Band, plan: PruningPlan): BandPlan<Name>;
}

/** Rows on which bounds are tried: more of them would say little. */
const MOST_ROWS = 50_000;
const CHECKED_ROWS = 256;
/** Best rows that quantiles are taken of, as a multiple of those in an answer. */
const BEST = 5;

/** @throws OptionError for a full model that is no sum, or a feature without a range; DataError without queries */
export async function boundPlanner<Row, Name extends string>(
  { full, fitted, profile }: Trained<Row, Name>,
  names: readonly Name[],
  tuning: QuerySet<Row>,
  { ranges, objective }: BoundPlanOptions,
  tracker: Tracker,
): Promise<BoundPlanner<Name>> {
  if (tuning.rows.length === 0) {
    throw new DataError(
      'queries: none are left to find bounds on; give more, or keep fewer for the certificate',
    );
  }
  const { model, reads } = full;
  const orders = ordersOf(model);
  const isLinear = orders[0] === 'features';
  const named = (name: string) => fitted.find((feature) => feature.name === name)?.fitted;
  const costs = reads.map((name) =>
    Math.max(Number.EPSILON, costOf(featureCosts(profile, [name]), objective)),
  );
  const terms = { ranges: isLinear ? rangesOf(reads, named, ranges) : [], costs };
  const blocks = await readBlocks({ full, fitted }, tuning.rows.slice(0, MOST_ROWS), tracker);
  const [{ rows }] = blocks;
  const additives = orders.map((order) => ({ order, additive: additiveOf(model, { ...terms, order }) }));
  const few = Int32Array.from({ length: Math.min(rows, CHECKED_ROWS) }, (_, row) => row);
  const checked = blocks.map((block) => gather(block, few));
  for (const { additive } of additives) await checkAdditive(model, additive, checked);

  const planFor = async (k: number, of: number, share?: number): Promise<PruningPlan> => {
    const plans: PruningPlan[] = [];
    for (const { order, additive } of additives) {
      const asked = { k, of, ...(share && { share }) };
      plans.push({ ...(await planPruning(additive, candidatesOf(blocks), asked)), ...terms, order });
    }
    return plans.reduce((best, next) => (next.cost < best.cost ? next : best));
  };
  return {
    async pathFor({ k: [, k], candidates: [, of] }, shares) {
      const path = [await planFor(k, of)];
      const best = BEST * Math.ceil((k * rows) / of);
      for (const share of shares) {
        if (Math.max(best, 1 / share) > rows) continue;
        const plan = await planFor(k, of, share);
        if (plan.cost < path[path.length - 1].cost) path.push(plan);
      }
      return path;
    },
    served({ k }, plan) {
      const whole = fullCost(profile, reads, objective);
      const features = costOf(featureCosts(profile, reads), objective);
      // Trees read all of their features; of linear models the features themselves are spared.
      const cost = isLinear ? whole * plan.cost : features + (whole - features) * plan.cost;
      return {
        k,
        stages: [],
        pruning: plan,
        full: { features: names.filter((name) => reads.includes(name)), reach: 1, cost: whole },
        expected: { cost, fullCost: whole, speedup: whole / cost },
      };
    },
  };
}

/** What the full model reads of some rows. */
export async function readBlocks<Row>(
  { full, fitted }: Pick<Trained<Row, string>, 'full' | 'fitted'>,
  rows: readonly Row[],
  tracker: Tracker,
): Promise<Block[]> {
  const read = full.reads.flatMap((name) => fitted.filter((feature) => feature.name === name));
  return blocksOf(read, { rows, origin: Int32Array.from(rows.keys()) }, tracker);
}
