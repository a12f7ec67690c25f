import { costOf, featureCosts, modelCost, type Objective, type Profile } from '../lib/profile/index.js';
import type { Candidate } from './chain/candidate.js';

/** What each stage costs a row that reaches it, beyond what earlier ones have paid; the full model last. */
export function stageCosts(
  profile: Profile,
  stages: readonly Pick<Candidate, 'features' | 'learner'>[],
  reads: readonly string[],
  objective: Objective,
  /** Share of all rows that gets to each; costs are then a row of all. @defaultValue 1 */
  reach: readonly number[] = [],
): number[] {
  let paid: readonly string[] = [];
  const costs = stages.map(({ features, learner }, s) => {
    const parts = [...featureCosts(profile, features, paid), modelCost(profile, learner, features)];
    paid = features;
    return costOf(parts, objective, reach[s]);
  });
  const last = [...featureCosts(profile, reads, paid), ...(profile.full ? [profile.full] : [])];
  return [...costs, costOf(last, objective, reach[stages.length])];
}

/** What a subset costs alone, its model included. */
export function subsetCost(
  profile: Profile,
  features: readonly string[],
  learners: readonly string[],
  objective: Objective,
): number {
  const models = learners.map((learner) => costOf([modelCost(profile, learner, features)], objective));
  return costOf(featureCosts(profile, features), objective) + Math.min(...models);
}

/** What the whole pipeline costs a row. */
export function fullCost(profile: Profile, reads: readonly string[], objective: Objective): number {
  return costOf([...featureCosts(profile, reads), ...(profile.full ? [profile.full] : [])], objective);
}
