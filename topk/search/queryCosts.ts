import { type CostedStage, fullCost, stageParts, subsetCost } from '../../cascades/internal.js';
import {
  costOf,
  type InferenceCost,
  marginsOf,
  type Objective,
  type Profile,
  risenCost,
} from '../../lib/costs/index.js';
import { STREAM_BATCH } from '../serve/index.js';
import type { StageOutput } from '../types.js';

/** The properties of a ranker's stage that determine its cost. */
export type CostedRankStage = CostedStage & { readonly output: StageOutput };

/**
 * Costs of a candidate. Each query pays the costs of a batch by itself, however few its candidates
 * are.
 */
export interface QueryCosts {
  /** If all are kept. */
  readonly full: number;
  /** For these features with the cheapest of the models on them, computed for all candidates. */
  subset(features: readonly string[], learners: readonly string[]): number;
  /**
   * Each stage's contribution, the full model's last, to the cost of a candidate of the query.
   *
   * @param reach share of the candidates that reaches each stage
   */
  stages(stages: readonly CostedRankStage[], reach: readonly number[]): number[];
}

/**
 * @param candidates a query's candidates, on average
 * @param width scores that models give a row
 */
export function queryCosts(
  profile: Profile,
  reads: readonly string[],
  objective: Objective,
  candidates: number,
  width: number,
): QueryCosts {
  const costed = withMargins(profile, width);
  const batches = (reach: number) =>
    Math.max(1, Math.ceil((reach * candidates) / STREAM_BATCH)) / Math.max(1, candidates);
  return {
    full: fullCost(profile, reads, objective, batches(1)),
    subset: (features, learners) => subsetCost(profile, features, learners, objective, batches(1)),
    stages: (stages, reach) =>
      stageParts(costed, stages.map(costedStage), reads).map((parts, s) =>
        reach[s] === 0
          ? 0
          : costOf(
              parts.map((part) => risenCost(part, reach[s])),
              objective,
              reach[s],
              batches(reach[s]),
            ),
      ),
  };
}

/** An unmeasured margin costs about one class's part of a learner's model. */
function withMargins(profile: Profile, width: number): Profile {
  const part = ({ batches, ...cost }: InferenceCost): InferenceCost => ({
    ...cost,
    perRow: cost.perRow / width,
    perEntry: cost.perEntry / width,
  });
  const models = Object.entries(profile.models).map(([name, cost]) => [marginsOf(name), part(cost)]);
  return width > 2 ? { ...profile, models: { ...Object.fromEntries(models), ...profile.models } } : profile;
}

function costedStage({ features, learner, target, passed, prefix, output }: CostedRankStage): CostedStage {
  return { features, learner: output === 'margin' ? marginsOf(learner) : learner, target, passed, prefix };
}
