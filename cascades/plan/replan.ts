import { type Objective, type Profile, sizeWeights } from '../../lib/profile/index.js';
import { type Candidate, candidateOf } from '../chain/index.js';
import { stageCosts } from '../costs/index.js';
import { type Label, type Plan, widthOf } from '../types/index.js';
import { type CascadeParts, servedPath } from './cascadeParts.js';
import { checkPlan, type Planning, planOf, thresholdsOf, usesOf } from './plans.js';

/** The stages of the served path with what they would have answered to the tuning rows; none where that wasn't kept. */
export function tunedStages<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
): Candidate[] | undefined {
  const { evidence, classes } = parts;
  if (evidence?.tuning === undefined) return undefined;
  const { stages } = servedPath(parts);
  return evidence.tuning.stages[evidence.served].map(({ target, passed, evidence: answers }, s) => {
    const { features, learner, rule, cut } = stages[s];
    const kept = passed ? new Int32Array(0) : undefined;
    return candidateOf({ features, learner, rule, target, cut, passed: kept }, answers, widthOf(classes));
  });
}

/** What plans of a cascade are told from, under these costs. @param sizes of the tuning rows */
export function planningOf<Row, L extends Label, Name extends string>(
  { classes, plan, features, reads }: CascadeParts<Row, L, Name>,
  profile: Profile<Name>,
  objective: Objective,
  sizes: Float64Array,
): Planning<L, Name> {
  const weights = sizeWeights(sizes);
  return {
    classes,
    decision: plan.decision,
    names: features.names,
    reads,
    profile,
    objective,
    rows: sizes.length,
    costs: (stages) => stageCosts(profile, stages, reads, objective, weights, sizes.length),
  };
}

/**
 * A plan that somebody gave, with what is to be expected of it. One that was moved by hand still says what was expected
 * before it was.
 *
 * @throws OptionError as {@link checkPlan}
 */
export function replan<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
): Plan<L, Name> {
  const { stages, plans } = servedPath(parts);
  checkPlan(parts.plan, stages, plan);
  const tuned = tunedStages(parts);
  const sizes = parts.evidence?.tuning?.sizes;
  if (plans.includes(plan) || tuned === undefined || sizes === undefined) return plan;
  const thresholds = thresholdsOf(stages, plan, usesOf(stages, plan));
  return planOf(planningOf(parts, parts.profile, parts.objective, sizes), tuned, thresholds);
}
