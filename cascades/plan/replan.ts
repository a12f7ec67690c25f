import type { Objective, Profile } from '../../lib/costs/index.js';
import { type AnsweredStage, type Candidate, candidateOf } from '../chain/index.js';
import { type Label, type Plan, widthOf } from '../types/index.js';
import { type CascadeParts, servedPath } from './cascadeParts.js';
import { costingOf, expectedOnPath } from './expectation.js';
import { checkPlan, type Planning, planningOver, planOf, thresholdsOf, usesOf } from './plans.js';

/**
 * The stages of the served path with their answers to the tuning rows; undefined if those weren't
 * kept.
 */
function answeredStages<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
): AnsweredStage[] | undefined {
  const { evidence } = parts;
  if (evidence?.tuning === undefined) return undefined;
  const { stages } = servedPath(parts);
  return evidence.tuning.stages.map(({ target, passed, evidence: answers }, s) => {
    const { features, learner, rule, prefix } = stages[s];
    return { features, learner, rule, target, prefix, passed, evidence: answers };
  });
}

/** The same, with what thresholds are found by. */
export function tunedStages<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
): Candidate[] | undefined {
  const width = widthOf(parts.classes);
  return answeredStages(parts)?.map((stage) => candidateOf(stage, stage.evidence, width));
}

/**
 * Settings shared by plans of a cascade, under these costs. @param sizes of the rows that
 * expectations are counted on
 */
export function planningOf<Row, L extends Label, Name extends string>(
  {
    classes,
    plan,
    features,
    fidelities,
    reads,
  }: Pick<CascadeParts<Row, L, Name>, 'classes' | 'plan' | 'features' | 'fidelities' | 'reads'>,
  profile: Profile<Name>,
  objective: Objective,
  sizes: Float64Array,
): Planning<L, Name> {
  return planningOver(
    { classes, decision: plan.decision, names: features.names, fidelities, reads, profile, objective },
    sizes,
  );
}

/**
 * Recounts the expectations of plans over the served path's chain on the rows of the certificate,
 * on whatever rows the plans were made. Plans stay as they are if those rows weren't kept.
 *
 * @param uses for each plan, the positions of its stages in the chain
 */
export function expectedPlans<Row, L extends Label, Name extends string>(
  { evidence, reads }: CascadeParts<Row, L, Name>,
  plans: readonly Plan<L, Name>[],
  uses: readonly (readonly number[])[],
  profile: Profile<Name>,
  objective: Objective,
): readonly Plan<L, Name>[] {
  if (evidence?.sample === undefined) return plans;
  const { sizes, stages } = evidence.sample;
  return expectedOnPath(plans, uses, costingOf(profile, objective, reads, sizes), stages);
}

/**
 * A plan given by the user, with its expectations recomputed: those of a hand-edited plan are
 * stale.
 *
 * @throws OptionError as {@link checkPlan}
 */
export function replan<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
): Plan<L, Name> {
  const { stages, plans } = servedPath(parts);
  checkPlan(parts.plan, stages, plan);
  if (plans.includes(plan)) return plan;
  const tuned = answeredStages(parts);
  const sizes = parts.evidence?.tuning?.sizes;
  if (tuned === undefined || sizes === undefined) return plan;
  const { profile, objective } = parts;
  const thresholds = thresholdsOf(stages, plan, usesOf(stages, plan));
  const anew = planOf(planningOf(parts, profile, objective, sizes), tuned, thresholds);
  const [expected] = expectedPlans(parts, [anew], [usesOf(stages, anew)], profile, objective);
  return expected;
}
