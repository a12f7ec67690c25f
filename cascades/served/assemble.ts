import type { FeatureSet } from '../../lib/features/index.js';
import type { Learner, Model } from '../../lib/learners/index.js';
import type { Objective, Profile } from '../../lib/profile/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import { type Candidate, type Chain, meanOf, outcomeOf, type Thresholds } from '../chain/index.js';
import type { Problem } from '../problem/index.js';
import { type Certification, shortage, termsOf, unchanged, unitsNeeded, untested } from '../promise/index.js';
import { batchOverhead, keyOf, type Reference, subsetCost, type Tracker } from '../stages/index.js';
import type { Certificate, Label, Plan, TriedExit, TriedSubset } from '../terms/index.js';
import { Cascade } from './cascade.js';
import { usesOf } from './plans.js';
import { frontierOf } from './retune.js';
import { type Trial, testPlans } from './trial.js';
import { both } from './used.js';

/** Everything that was fitted and chosen, before a certification row is looked at. */
export interface Chosen<Row, L extends Label, Name extends string> {
  readonly problem: Problem<Row, L>;
  readonly features: FeatureSet<Row, Name>;
  readonly fitted: readonly NamedFeature<Row>[];
  readonly reference: Reference;
  readonly profile: Profile<Name>;
  readonly objective: Objective;
  readonly learners: readonly Learner[];
  /** The chain and its plans from careful to bold; none where no subset is affordable. */
  readonly chain: Chain | undefined;
  readonly path: readonly Thresholds[];
  readonly models: readonly Model[];
  /** What stages cost each of the scored rows, the full model last. */
  readonly costs: (stages: readonly Candidate[]) => readonly Float64Array[];
  readonly candidates: readonly Candidate[];
  readonly exits: readonly TriedExit[];
  readonly cuts: readonly string[];
  /** Digests of the rows that took part in all that. */
  readonly seen: Float64Array;
  readonly tracker: Tracker;
}

/** Tests the path on the certification rows, once, and makes the cascade that may be served. */
export async function assemble<Row, L extends Label, Name extends string>(
  chosen: Chosen<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  const { problem, chain, path, profile, reference, objective } = chosen;
  const { question, certification } = problem;
  const n = certification.units;
  const unit = certification.groups ? 'groups' : 'rows';
  const needed = unitsNeeded(question, unit);
  const plans = chain ? path.map((thresholds) => planOf(chosen, chain, thresholds)) : [];
  const tested = chain && n >= needed ? await testPlans(trialOf(chosen, chain, plans)) : undefined;
  const certified = tested?.certification;
  const served = certified && certified.step >= 0 ? plans[certified.step] : undefined;
  const found = certified?.all ?? untested(question, n, unit);
  const short = shortage(question, found, problem.classes, unit);
  const reason = reasonAgainst({ short, chain, certified, served });
  const fullOnly = planOf(chosen, undefined, []);
  const certificate: Certificate = {
    verdict: reason === null ? 'certified' : 'full-model-only',
    reason,
    ...termsOf(question, found, problem.classes),
    unit,
    observed: certified?.observed ?? unchanged(0, 0),
  };
  const serve = reason === null;
  const stages = (chain?.stages ?? []).map(({ rule, learner, features }, s) => ({
    model: chosen.models[s],
    rule,
    learner,
    features,
  }));
  const evidence = certified && {
    plans,
    stages,
    uses: plans.map((plan) => usesOf(stages, plan)),
    band: certified.band,
    observed: certified.observedAt,
  };
  return new Cascade({
    features: chosen.features,
    fitted: chosen.fitted,
    classes: problem.classes,
    reads: reference.reads,
    full: { model: reference.model, learner: reference.learner?.name, fingerprint: reference.fingerprint },
    stages: serve && evidence ? evidence.uses[certified.step].map((s) => stages[s]) : [],
    plan: (serve && served) || fullOnly,
    certificate,
    profile,
    objective,
    frontier: certified ? frontierOf(plans, certified.band, question.epsilon) : [],
    tried: triedSubsets(chosen),
    exits: chosen.exits,
    notes: chosen.cuts.map((cut) => `To keep within the budget: ${cut}.`),
    used: both(chosen.seen, tested?.digests ?? new Float64Array(0)),
    evidence,
  });
}

function trialOf<Row, L extends Label, Name extends string>(
  { problem, fitted, reference, models, path, tracker }: Chosen<Row, L, Name>,
  chain: Chain,
  plans: readonly Plan[],
): Trial<Row> {
  const { certification, classes, decision, question, random } = problem;
  return {
    fitted,
    full: { model: reference.model, features: reference.reads },
    chain: chain.stages.map(({ features, rule }, s) => ({ model: models[s], rule, features })),
    path,
    costs: plans.map(({ expected }) => expected.cost),
    certification,
    question,
    decision,
    classes: classes.length,
    random,
    tracker,
  };
}

function reasonAgainst(facts: {
  short: string | null;
  chain: Chain | undefined;
  certified: Certification | undefined;
  served: Plan | undefined;
}): string | null {
  const { short, chain, certified, served } = facts;
  if (short !== null) return short;
  if (chain === undefined || certified === undefined) {
    return 'nothing cheaper: no subset of the features with a model costs less than half of the full pipeline and is ever sure of its answers';
  }
  if (served === undefined) {
    return 'even the most careful plan on the path lost too much on the certification rows';
  }
  if (served.stages.length === 0 || served.expected.cost >= served.expected.fullCost) {
    return 'nothing cheaper: no plan that could be certified is expected to cost less than the full model alone';
  }
  return null;
}

/** A path's plan in print: what each stage is, and what is expected of it on rows like the tuning rows. */
function planOf<Row, L extends Label, Name extends string>(
  { problem, reference, features, costs, profile, objective }: Chosen<Row, L, Name>,
  chain: Chain | undefined,
  thresholds: Thresholds,
): Plan<L, Name> {
  // A stage that never lets a row out changes no answer, and costs.
  const used = (chain?.stages ?? [])
    .map((stage, s) => ({ stage, s }))
    .filter(({ s }) => thresholds[s].some(Number.isFinite));
  const stages = used.map(({ stage }) => stage);
  const served = {
    stages,
    costs: costs(stages),
    rows: problem.parts.scored.length,
    classes: problem.width,
  };
  const {
    cost: inRows,
    spent,
    exits,
  } = outcomeOf(
    served,
    used.map(({ s }) => thresholds[s]),
  );
  const counts = exits.map((_, s) => exits.slice(s).reduce((sum, count) => sum + count, 0));
  const reach = counts.map((count) => count / served.rows);
  const each = spent.map((sum, s) => (counts[s] > 0 ? sum / counts[s] : meanOf(served.costs[s])));
  const [alone] = costs([]);
  const cost = inRows + batchOverhead(profile, stages, reference.reads, objective, reach);
  const whole = meanOf(alone);
  const named = (names: readonly string[]) => features.names.filter((name) => names.includes(name));
  return {
    classes: problem.classes,
    decision: problem.decision,
    stages: used.map(({ stage, s }, i) => ({
      features: named(stage.features),
      learner: stage.learner,
      target: stage.target,
      passed: stage.passed !== undefined,
      exit: stage.rule.kind,
      thresholds: Array.from(thresholds[s], (threshold) => (Number.isFinite(threshold) ? threshold : null)),
      reach: reach[i],
      exits: exits[i] / served.rows,
      cost: each[i],
    })),
    full: { features: named(reference.reads), reach: reach[stages.length], cost: each[stages.length] },
    expected: { cost, fullCost: whole, speedup: whole / cost },
  };
}

/** For the report: of each subset the model that agrees best with the full model. */
function triedSubsets<Row, L extends Label, Name extends string>({
  problem,
  candidates,
  profile,
  objective,
}: Chosen<Row, L, Name>): TriedSubset[] {
  const numeric = problem.decision.kind === 'value';
  const best = new Map<string, TriedSubset>();
  for (const { features, learner, target, evidence } of candidates) {
    const lost = evidence.loss.reduce(
      (sum, loss) => sum + (numeric ? Math.min(1, loss) : Number(loss !== 0)),
      0,
    );
    const agreement = 1 - lost / evidence.loss.length;
    if (agreement <= (best.get(keyOf(features))?.agreement ?? -1)) continue;
    const cost = subsetCost(profile, features, [learner], objective);
    best.set(keyOf(features), { features, learner, target, cost, agreement });
  }
  return [...best.values()];
}
