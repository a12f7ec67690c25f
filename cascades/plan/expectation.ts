import { sumSimple } from 'simple-statistics';
import { type Objective, type Profile, sizeWeights } from '../../lib/costs/index.js';
import { square } from '../../lib/util/math/index.js';
import { meanOf, type StageAnswers, type Thresholds, traffic } from '../chain/index.js';
import { type CostedStage, costedStages, smallBatchCosts, stageCosts } from '../costs/index.js';
import type { Label, Plan, PlanStage, SpeedupRange } from '../types/index.js';
import { speedupRange } from './speedupRange.js';

/** The costs of stages, and the rows that they are for. */
export interface Costing {
  readonly profile: Profile;
  readonly objective: Objective;
  /** The features that the full model reads. */
  readonly reads: readonly string[];
  /** How many rows there are. */
  readonly rows: number;
  /** Costs of the stages for each row, the full model last. */
  readonly costs: (stages: readonly CostedStage[]) => readonly Float64Array[];
}

/** The parts of `Plan` that are estimated from rows. */
export interface Expectation {
  readonly stages: readonly Pick<PlanStage, 'reach' | 'exits' | 'cost'>[];
  readonly full: Pick<Plan['full'], 'reach' | 'cost'>;
  readonly expected: Plan['expected'];
}

/** Costs of rows of these sizes. @param sizes the number of values in the blocks of each row */
export function costingOf(
  profile: Profile,
  objective: Objective,
  reads: readonly string[],
  sizes: Float64Array,
): Costing {
  const weights = sizeWeights(sizes);
  const rows = sizes.length;
  const costs = (stages: readonly CostedStage[]) =>
    stageCosts(profile, stages, reads, objective, weights, rows);
  return { profile, objective, reads, rows, costs };
}

/**
 * Counts where some rows leave the stages, and sums the costs.
 *
 * @param answers the stages' answers to the rows
 * @param each costs of the stages for each row, where they are known already
 */
export function expectationOf(
  { profile, objective, reads, rows, costs }: Costing,
  stages: readonly CostedStage[],
  answers: readonly StageAnswers[],
  thresholds: Thresholds,
  each: readonly Float64Array[] = costs(stages),
): Expectation {
  const { exits, spent } = traffic({ rows, stages: answers, costs: each }, thresholds);
  const counts = exits.map((_, s) => sumSimple(exits.slice(s)));
  const reach = counts.map((count) => count / rows);
  const few = smallBatchCosts(profile, stages, reads, objective, reach);
  const perRow = few.map((more, s) => more + (counts[s] > 0 ? spent[s] / counts[s] : meanOf(each[s])));
  const cost = sumSimple(perRow.map((own, s) => reach[s] * own));
  const [alone] = costs([]);
  const fullCost = meanOf(alone);
  const last = stages.length;
  return {
    stages: stages.map((_, s) => ({ reach: reach[s], exits: exits[s] / rows, cost: perRow[s] })),
    full: { reach: reach[last], cost: perRow[last] },
    expected: { cost, fullCost, speedup: last === 0 ? 1 : fullCost / cost },
  };
}

/**
 * The same plan with estimates from other rows: for example those of the certificate, to which its
 * thresholds weren't fitted.
 *
 * @param answers the answers of the plan's own stages to these rows
 */
function expectedOn<L extends Label, Name extends string>(
  plan: Plan<L, Name>,
  costing: Costing,
  answers: readonly StageAnswers[],
): Plan<L, Name> {
  const thresholds = plan.stages.map((stage) =>
    Float64Array.from(stage.thresholds, (threshold) => threshold ?? Number.POSITIVE_INFINITY),
  );
  const costed = costedStages(plan.stages);
  const each = costing.costs(costed);
  const of = expectationOf(costing, costed, answers, thresholds, each);
  const { stages, full, expected } = of;
  return {
    ...plan,
    stages: plan.stages.map((stage, s) => ({ ...stage, ...stages[s] })),
    full: { ...plan.full, ...full },
    expected: {
      ...expected,
      ...(stages.length > 0 && { speedupRange: rangeOf(costing, each, of) }),
    },
  };
}

/** @param each costs of the stages for each row, the full model last */
function rangeOf(
  { rows, objective }: Costing,
  each: readonly Float64Array[],
  { stages, full, expected }: Expectation,
): SpeedupRange {
  let cost = 0;
  const paid = new Float64Array(rows);
  const leaving = [...stages, { ...full, exits: full.reach }].map((stage, s) => {
    cost += stage.cost;
    for (let row = 0; row < rows; row++) paid[row] += each[s][row];
    // Of all rows: those that get to a late stage are too few to tell how much they differ.
    return { rows: rows * stage.exits, cost, deviation: deviationOf(paid) };
  });
  return speedupRange(leaving, expected.fullCost, objective === 'price');
}

/** Standard deviation as a share of the mean. */
function deviationOf(values: Float64Array): number {
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + square(value - mean), 0) / values.length;
  return mean > 0 ? Math.sqrt(variance) / mean : 0;
}

/**
 * The same of all plans of a path.
 *
 * @param uses for each plan, the positions of its stages in the path's chain
 * @param answers the answers of each stage of the chain to the rows
 * @returns the plans unchanged if there are no rows
 */
export function expectedOnPath<L extends Label, Name extends string>(
  plans: readonly Plan<L, Name>[],
  uses: readonly (readonly number[])[],
  costing: Costing,
  answers: readonly StageAnswers[],
): readonly Plan<L, Name>[] {
  if (costing.rows === 0) return plans;
  return plans.map((plan, p) =>
    expectedOn(
      plan,
      costing,
      uses[p].map((s) => answers[s]),
    ),
  );
}
