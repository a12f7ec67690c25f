import { type Block, rowEntries } from '../../lib/blocks/index.js';
import {
  type Cost,
  costOf,
  featureCosts,
  modelCost,
  type Objective,
  type Profile,
} from '../../lib/profile/index.js';
import type { Candidate } from '../chain/index.js';

/** How many times the mean cost of a feature each row costs. */
export type RowWeights = Readonly<Record<string, Float64Array>>;

/**
 * What each row weighs, told from the numbers that it has: a text with twice the words takes about twice as long. Hard
 * rows are often long ones, so that the mean cost would flatter every later stage.
 */
export function rowWeights(names: readonly string[], blocks: readonly Block[], rows: Int32Array): RowWeights {
  return Object.fromEntries(
    names.map((name, f) => {
      const entries = rowEntries(blocks[f]);
      const mean = entries.reduce((sum, count) => sum + count, 0) / Math.max(1, entries.length);
      return [name, Float64Array.from(rows, (row) => (mean > 0 ? entries[row] / mean : 1))];
    }),
  );
}

/**
 * What each stage costs each row that reaches it, beyond what earlier stages have paid; the full model last.
 *
 * @returns one array of costs by row for each stage and the full model
 */
export function stageCosts(
  profile: Profile,
  stages: readonly Pick<Candidate, 'features' | 'learner'>[],
  reads: readonly string[],
  objective: Objective,
  weights: RowWeights,
  rows: number,
): Float64Array[] {
  let paid: readonly string[] = [];
  const byRow = (features: readonly string[], mean: number) => {
    const costs = new Float64Array(rows).fill(mean);
    if (objective !== 'price') {
      for (const name of features.filter((feature) => !paid.includes(feature))) {
        const { perRow, wait } = profile.features[name].cost;
        for (let row = 0; row < rows; row++) costs[row] += (weights[name][row] - 1) * perRow * (1 - wait);
      }
    }
    paid = features;
    return costs;
  };
  const parts = stageParts(profile, stages, reads);
  return [...stages.map(({ features }) => features), reads].map((features, s) =>
    byRow(features, costOf(parts[s], objective)),
  );
}

/**
 * What batches pay for stages that few of their rows reach, a row of all: the part of a batch's fixed costs that
 * `stageCosts`, which spreads it over the rows, leaves out.
 *
 * @param reach share of all rows that gets to each stage, the full model last
 */
export function batchOverhead(
  profile: Profile,
  stages: readonly Pick<Candidate, 'features' | 'learner'>[],
  reads: readonly string[],
  objective: Objective,
  reach: readonly number[],
): number {
  return stageParts(profile, stages, reads).reduce(
    (sum, parts, s) => sum + costOf(parts, objective, reach[s]) - reach[s] * costOf(parts, objective),
    0,
  );
}

/** The costs that each stage adds to what earlier ones have paid; the full model's last. */
function stageParts(
  profile: Profile,
  stages: readonly Pick<Candidate, 'features' | 'learner'>[],
  reads: readonly string[],
): Cost[][] {
  let paid: readonly string[] = [];
  const parts = stages.map(({ features, learner }) => {
    const added = [...featureCosts(profile, features, paid), modelCost(profile, learner, features)];
    paid = features;
    return added;
  });
  return [...parts, [...featureCosts(profile, reads, paid), ...(profile.full ? [profile.full] : [])]];
}

/** What a subset costs a row on average when it is computed alone, its model included. */
export function subsetCost(
  profile: Profile,
  features: readonly string[],
  learners: readonly string[],
  objective: Objective,
): number {
  const models = learners.map((learner) => costOf([modelCost(profile, learner, features)], objective));
  return costOf(featureCosts(profile, features), objective) + Math.min(...models);
}

/** What the whole pipeline costs a row on average. */
export function fullCost(profile: Profile, reads: readonly string[], objective: Objective): number {
  return costOf([...featureCosts(profile, reads), ...(profile.full ? [profile.full] : [])], objective);
}
