import {
  type Cost,
  costOf,
  entriesOf,
  exitCost,
  FREE,
  featureCosts,
  modelCost,
  type Objective,
  type Profile,
  rowCost,
  type SizeWeights,
  scaledCost,
} from '../../lib/costs/index.js';
import type { ExitRule } from '../../lib/learn/exits/index.js';
import { isSameEnsemble } from '../chain/index.js';
import type { Plan, Prefix, StageSpec } from '../types/index.js';

/** The properties that determine the cost of a stage. */
export interface CostedStage extends StageSpec {
  /** The exit rule. @defaultValue one without cost */
  readonly rule?: Pick<ExitRule, 'kind'>;
}

/**
 * What each stage costs each row that reaches it, beyond what earlier stages have paid; the full model last.
 *
 * @param weights how many times the mean row each row costs. Hard rows are often large ones: at the mean cost, later
 *   stages would look cheaper than they are.
 * @returns one array of costs by row for each stage and the full model
 */
export function stageCosts(
  profile: Profile,
  stages: readonly CostedStage[],
  reads: readonly string[],
  objective: Objective,
  weights: SizeWeights,
  rows: number,
): Float64Array[] {
  return stageParts(profile, stages, reads).map((parts) => {
    const costs = new Float64Array(rows).fill(costOf(parts, objective));
    if (objective === 'price') return costs;
    for (const part of parts) {
      if (part.growth === 0) continue;
      const weight = weights(part.growth);
      const own = rowCost(part, objective) * (1 - part.wait);
      for (let row = 0; row < rows; row++) costs[row] += (weight[row] - 1) * own;
    }
    return costs;
  });
}

/**
 * What each row that gets to a stage pays beyond {@link stageCosts}, since few rows of a batch get there: the costs
 * that a batch pays once are spread over those few, and not over the whole batch. The full model comes last.
 *
 * @param reach share of all rows that gets to each stage, 0 to 1, the full model last; at 0 a row that got there
 *   would be alone
 * @returns in the objective's unit; negative where few rows together cost less each than many
 */
export function smallBatchCosts(
  profile: Profile,
  stages: readonly CostedStage[],
  reads: readonly string[],
  objective: Objective,
  reach: readonly number[],
): number[] {
  return stageParts(profile, stages, reads).map((parts, s) => {
    const share = Math.max(RAREST, reach[s]);
    return costOf(parts, objective, share) / share - costOf(parts, objective);
  });
}

/** Below this share of the rows, each is alone in its batch. */
const RAREST = 1e-9;

/**
 * The costs that each stage adds to what earlier ones have paid; the full model's last. To each belongs what its exit
 * rule takes, and what it takes to hand rows on to it.
 */
export function stageParts(
  profile: Profile,
  stages: readonly CostedStage[],
  reads: readonly string[],
): Cost[][] {
  let before: CostedStage | undefined;
  const parts = stages.map((stage) => {
    const added = [
      ...featureCosts(profile, stage.features, before?.features),
      stageModel(profile, stage, before),
      ...(profile.exits && stage.rule ? [exitCost(profile, stage.rule.kind)] : []),
      ...handing(profile, before),
    ];
    before = stage;
    return added;
  });
  const last = [...featureCosts(profile, reads, before?.features), ...fullModel(profile, before)];
  return [...parts, [...last, ...handing(profile, before)]];
}

/**
 * The engine's own cost of a row that a stage passes on. The first stage also receives it and writes its answer,
 * once.
 */
function handing(profile: Profile, before: CostedStage | undefined): Cost[] {
  const { engine } = profile;
  if (engine === undefined) return [];
  if (before === undefined) return [{ ...FREE, perRow: engine.perRow }];
  return [{ ...FREE, perRow: engine.perStage + engine.perEntry * entriesOf(profile, before.features) }];
}

/** The same of a plan in print. */
export function planParts(profile: Profile, { stages, full }: Pick<Plan, 'stages' | 'full'>): Cost[][] {
  return stageParts(profile, costedStages(stages), full.features);
}

/** A printed plan's stages, as their costs are computed from. */
export function costedStages(stages: Plan['stages']): CostedStage[] {
  return stages.map((stage) => ({ ...stage, rule: { kind: stage.exit } }));
}

/** The cost of running a stage's model; for an ensemble, of the rounds that the stage before hasn't run. */
function stageModel(profile: Profile, stage: CostedStage, before: CostedStage | undefined): Cost {
  const { learner, features, target, prefix } = stage;
  const from = before && isSameEnsemble(before, stage) ? before.prefix : null;
  if (target === 'full') return roundsCost(profile.full ?? FREE, profile.opening, from, prefix);
  return roundsCost(modelCost(profile, learner, features), profile.models[learner].opening, from, prefix);
}

function fullModel({ full, opening }: Profile, before: CostedStage | undefined): Cost[] {
  return full ? [roundsCost(full, opening, before?.target === 'full' ? before.prefix : null, null)] : [];
}

/** A part of an ensemble's cost: what is paid to begin, whatever is run, and a share of the rest. */
function roundsCost(whole: Cost, opening = 0, from: Prefix | null, to: Prefix | null): Cost {
  const rounds = (to ? to.rounds / to.of : 1) - (from ? from.rounds / from.of : 0);
  const share = opening + (1 - opening) * rounds;
  return { ...scaledCost(whole, share), price: rounds * whole.price };
}

/**
 * The mean cost of a row for a subset alone, its model included. @param batches batches for each row, as in `costOf`
 */
export function subsetCost(
  profile: Profile,
  features: readonly string[],
  learners: readonly string[],
  objective: Objective,
  batches?: number,
): number {
  const of = (costs: readonly Cost[]) => costOf(costs, objective, 1, batches);
  const models = learners.map((learner) => of([modelCost(profile, learner, features)]));
  return of(featureCosts(profile, features)) + Math.min(...models);
}

/** The mean cost of a row through the whole pipeline. @param batches batches for each row, as in `costOf` */
export function fullCost(
  profile: Profile,
  reads: readonly string[],
  objective: Objective,
  batches?: number,
): number {
  const [costs] = stageParts(profile, [], reads);
  return costOf(costs, objective, 1, batches);
}
