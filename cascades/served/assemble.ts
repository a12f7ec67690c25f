import type { FeatureSet } from '../../lib/features/index.js';
import type { Learner, Model } from '../../lib/learners/index.js';
import type { Objective, Profile } from '../../lib/profile/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import { type Candidate, type Chain, meanOf, outcomeOf, type Thresholds } from '../chain/index.js';
import type { Problem } from '../problem/index.js';
import { type Certification, certifyPath, type Question, unitsNeeded } from '../promise/index.js';
import {
  batchOverhead,
  fullAnswers,
  keyOf,
  type Reference,
  scoresOf,
  stageEvidence,
  subsetCost,
  type Tracker,
} from '../stages/index.js';
import type { Certificate, FrontierPoint, Label, Plan, TriedSubset } from '../terms/index.js';
import { Cascade } from './cascade.js';
import type { ServedStage } from './parts.js';

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
  readonly cuts: readonly string[];
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
  const certified = chain && n >= needed ? await certificationOf(chosen, chain, plans) : undefined;
  const served = certified && certified.step >= 0 ? plans[certified.step] : undefined;
  const reason = reasonAgainst({ chain, n, needed, certified, served, unit });
  const fullOnly = planOf(chosen, undefined, []);
  const certificate: Certificate = {
    verdict: reason === null ? 'certified' : 'full-model-only',
    reason,
    ...question,
    method: certified?.method ?? 'none',
    n,
    unit,
    observed: certified?.observed ?? { rows: 0, changed: 0, worse: 0, better: 0, byClass: [] },
    upper: certified?.upper ?? null,
    rowsNeeded: n < needed ? needed : null,
  };
  const serve = reason === null;
  return new Cascade({
    features: chosen.features,
    fitted: chosen.fitted,
    classes: problem.classes,
    reads: reference.reads,
    full: { model: reference.model, learner: reference.learner?.name, fingerprint: reference.fingerprint },
    stages: serve && chain && served ? servedStages(chain, chosen.models, served) : [],
    plan: (serve && served) || fullOnly,
    certificate,
    profile,
    objective,
    frontier: certified ? frontierOf(plans, certified, question) : [],
    tried: triedSubsets(chosen),
    notes: chosen.cuts.map((cut) => `To keep within the budget: ${cut}.`),
  });
}

async function certificationOf<Row, L extends Label, Name extends string>(
  { problem, fitted, reference, models, path, tracker }: Chosen<Row, L, Name>,
  chain: Chain,
  plans: readonly Plan[],
): Promise<Certification> {
  const { certification, classes, decision, question, random } = problem;
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((f) => f.name === name));
  const readers = [
    ...chain.stages.map(({ features }, s) => ({ model: models[s], reads: positions(features) })),
    { model: reference.model, reads: positions(reference.reads) },
  ];
  const scores = await scoresOf(fitted, readers, certification, tracker);
  const { labels } = certification;
  const full = fullAnswers(
    reference.model.name,
    decision,
    scores[chain.stages.length],
    classes.length,
    certification.origin,
  );
  const stages = chain.stages.map((_, s) =>
    stageEvidence(question.loss, decision, scores[s], full, labels, classes.length),
  );
  const table = { stages, full, labels, groups: certification.groups, classes: classes.length };
  const costs = plans.map(({ expected }) => expected.cost);
  return certifyPath(path, table, question, random, costs);
}

function reasonAgainst(facts: {
  chain: Chain | undefined;
  n: number;
  needed: number;
  certified: Certification | undefined;
  served: Plan | undefined;
  unit: string;
}): string | null {
  const { chain, n, needed, certified, served, unit } = facts;
  if (n < needed) {
    return `too few certification ${unit}: ${n}, where even without a single loss ${needed} are needed`;
  }
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
    classes: problem.classes.length,
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
      thresholds: Array.from(thresholds[s], (threshold) => (Number.isFinite(threshold) ? threshold : null)),
      reach: reach[i],
      exits: exits[i] / served.rows,
      cost: each[i],
    })),
    full: { features: named(reference.reads), reach: reach[stages.length], cost: each[stages.length] },
    expected: { cost, fullCost: whole, speedup: whole / cost },
  };
}

function servedStages(chain: Chain, models: readonly Model[], plan: Plan): ServedStage[] {
  return plan.stages.map((stage) => {
    const s = chain.stages.findIndex(({ features }) => keyOf(features) === keyOf(stage.features));
    return { model: models[s], learner: stage.learner };
  });
}

const EPSILONS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05];

/** For each epsilon the cheapest plan within the simultaneous band, and what it is expected to cost. */
function frontierOf(plans: readonly Plan[], { band }: Certification, { epsilon }: Question): FrontierPoint[] {
  if (band.length === 0) return [];
  return [...new Set([...EPSILONS, epsilon])]
    .sort((a, b) => a - b)
    .map((limit) => {
      let point: FrontierPoint = { epsilon: limit, cost: plans[0].expected.fullCost, speedup: 1, step: -1 };
      for (let step = 0; step < plans.length && band[step] <= limit; step++) {
        const { cost, speedup } = plans[step].expected;
        if (cost < point.cost) point = { epsilon: limit, cost, speedup, step };
      }
      return point;
    });
}

/** For the report: of each subset the model that agrees best with the full model. */
function triedSubsets<Row, L extends Label, Name extends string>({
  candidates,
  profile,
  objective,
}: Chosen<Row, L, Name>): TriedSubset[] {
  const best = new Map<string, TriedSubset>();
  for (const { features, learner, target, evidence } of candidates) {
    const lost = evidence.loss.reduce((sum, loss) => sum + Number(loss !== 0), 0);
    const agreement = 1 - lost / evidence.loss.length;
    if (agreement <= (best.get(keyOf(features))?.agreement ?? -1)) continue;
    const cost = subsetCost(profile, features, [learner], objective);
    best.set(keyOf(features), { features, learner, target, cost, agreement });
  }
  return [...best.values()];
}
