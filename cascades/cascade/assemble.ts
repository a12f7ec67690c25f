import type { FeatureSet } from '../../lib/features/index.js';
import type { Learner, Model } from '../../lib/learners/index.js';
import type { Objective, Profile } from '../../lib/profile/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import {
  baselineOf,
  type Judged,
  type Ledger,
  shortage,
  sumOf,
  type Tested,
  type Trial,
  termsOf,
  testPlans,
  unchanged,
  unitsNeeded,
  untested,
  usefulPlan,
} from '../certification/index.js';
import {
  type Candidate,
  type Chain,
  costAtLoss,
  isDegenerate,
  keyOf,
  meanOf,
  type Thresholds,
} from '../chain/index.js';
import {
  type CascadeParts,
  type Costing,
  costingOf,
  expectedOnPath,
  frontierOf,
  planOf,
  type Reference as ReferenceRows,
  type Tuning,
  thriftyPath,
  usesOf,
} from '../plan/index.js';
import type { Problem } from '../problem/index.js';
import type { Tracker } from '../scoring/index.js';
import { type Stable, stabilityOf } from '../stability/index.js';
import type { Reference } from '../training/index.js';
import {
  type Certificate,
  jointDelta,
  type Label,
  type Made,
  type Plan,
  type Prospect,
  type ServedStage,
  type TriedExit,
  type TriedSubset,
} from '../types/index.js';
import { Cascade } from './cascade.js';

/** A chain and its plans from careful to bold. */
export interface ChosenChain {
  readonly chain: Chain;
  readonly path: readonly Thresholds[];
  readonly models: readonly Model[];
  readonly exits: readonly TriedExit[];
  /** What its tests may spend: those of all chains sum to the question's. */
  readonly delta: number;
}

/** Everything that was fitted and chosen, before a certification row is looked at. */
export interface Chosen<Row, L extends Label, Name extends string> {
  readonly problem: Problem<Row, L>;
  readonly features: FeatureSet<Row, Name>;
  readonly fitted: readonly NamedFeature<Row>[];
  readonly reference: Reference;
  readonly profile: Profile<Name>;
  readonly objective: Objective;
  readonly learners: readonly Learner[];
  /** The chains whose paths are to be tested; none where no subset is affordable. */
  readonly chains: readonly ChosenChain[];
  readonly candidates: readonly Candidate[];
  readonly reductions: readonly string[];
  /** Numbers that the blocks of each scored row hold, and the mean loss that may be expected to pass. */
  readonly sizes: Float64Array;
  readonly target: number;
  /** Rows whose features were computed again, and the full model's scores of them in a large batch. */
  readonly stable: Stable;
  /** The rows that took part in all that. */
  readonly seen: Ledger;
  /** A few of the rows with their values, for what is loaded to be compared with. */
  readonly referenceRows: ReferenceRows;
  /** The scored rows as the full model, cross-fitted, and their labels have them. */
  readonly judged: Judged;
  readonly made: Made;
  readonly tracker: Tracker;
}

/** Tests the paths on the certification rows, once, and makes the cascade that may be served. */
export async function assemble<Row, L extends Label, Name extends string>(
  chosen: Chosen<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  const { problem, profile, reference, objective } = chosen;
  const { question, certification } = problem;
  const n = certification.units;
  const unit = certification.groups ? 'groups' : 'rows';
  const needed = unitsNeeded(question, unit);
  const costingFor = (sizes: Float64Array) => costingOf(profile, objective, reference.reads, sizes);
  const planning = {
    ...costingFor(chosen.sizes),
    classes: problem.classes,
    decision: problem.decision,
    names: chosen.features.names,
  };
  const chains = chosen.chains.map((each) => ({
    ...each,
    path: thriftyPath(planning, each.chain.stages, each.path),
  }));
  const searched = chains.map(({ chain, path }) =>
    path.map((thresholds) => planOf(planning, chain.stages, thresholds)),
  );
  const tested =
    chains.length > 0 && n >= needed ? await testPlans(trialOf({ ...chosen, chains }, searched)) : undefined;
  // Thresholds were fitted to the tuning rows: what to expect of each plan is counted on rows that they haven't seen.
  const stages = chains.map(stagesOf);
  const uses = searched.map((path, p) => path.map((plan) => usesOf(stages[p], plan)));
  const sample = tested?.sample;
  const costing = sample && costingFor(sample.sizes);
  const plans =
    sample && costing
      ? searched.map((path, p) => expectedOnPath(path, uses[p], costing, sample.stages[p]))
      : searched;
  const best = tested?.best ?? 0;
  const alike = tested ? alikeOf(chosen, tested.digests) : 0;
  const restsOn = sumOf(tested?.digests ?? [], sumOf(chosen.seen.digests));
  if (tested) chosen.seen.add(certification.contents, tested.digests);
  const draws = tested?.draws ?? certification.draws;
  const copies = draws ? certification.rows.length - draws.length : 0;
  const certified = tested?.certifications[best];
  const served = certified && certified.step >= 0 ? plans[best][certified.step] : undefined;
  const found = certified ? sharing(certified.all, chains, best) : untested(question, n, unit);
  const few = shortage(question, found, problem.classes, unit);
  const short =
    few !== null && copies > 0 ? `${few}; ${copies} more equal others and count as copies: ${REPEATS}` : few;
  const reason = reasonAgainst({
    short,
    isTested: certified !== undefined,
    isDegenerate: chosen.candidates.length > 0 && chosen.candidates.every(isDegenerate),
    served,
  });
  const fullOnly = planOf(planning, [], []);
  const baseline = tested
    ? baselineOf({ full: tested.full, labels: certification.labels }, problem.classes, 'certification')
    : baselineOf(chosen.judged, problem.classes, 'tuning');
  const isShort = short !== null || (certified !== undefined && served === undefined);
  const prospect = isShort ? prospectOf(chosen, planning, unit) : undefined;
  const certificate: Certificate = {
    verdict: reason === null ? 'certified' : 'full-model-only',
    reason,
    ...termsOf(question, found, problem.classes),
    jointDelta: jointDelta(question, certified !== undefined && certified.band.length > 0),
    unit,
    ...(copies > 0 && { copies }),
    labelled: certification.labels !== undefined,
    observed: certified?.observed ?? unchanged(0, 0),
    ...(baseline && { baseline }),
    ...(prospect && { prospect }),
  };
  const serve = reason === null;
  const silences = chains.map(({ chain }) => chain.stages.flatMap(silenceOf));
  const paths = tested?.certifications.map(({ band, observedAt, tallies }, p) => {
    const { exits, delta } = chains[p];
    return {
      plans: plans[p],
      stages: stages[p],
      uses: uses[p],
      delta,
      band,
      observed: observedAt,
      tallies,
      exits,
      stageNotes: silences[p],
    };
  });
  const own = paths?.[best];
  const parts: CascadeParts<Row, L, Name> = {
    features: chosen.features,
    // In service a call's own deadline says how long is waited.
    fitted: chosen.fitted.map(({ name, fitted }) => ({ name, fitted })),
    classes: problem.classes,
    reads: reference.reads,
    full: {
      model: reference.model,
      learner: reference.learner?.name,
      fingerprint: reference.fingerprint,
      options: reference.options,
    },
    stages: serve && own && certified ? own.uses[certified.step].map((s) => own.stages[s]) : [],
    plan: (serve && served) || fullOnly,
    certificate,
    profile,
    objective,
    frontier: frontierOf(paths ?? [], question),
    tried: triedSubsets(chosen, planning),
    exits: chains[best]?.exits ?? [],
    stageNotes: silences[best] ?? [],
    notes: [
      ...problem.notes,
      ...chosen.reductions.map((reduction) => `To keep within the budget: ${reduction}.`),
      ...repeatNotes(problem, alike),
    ],
    used: chosen.seen,
    restsOn,
    reference: chosen.referenceRows,
    made: chosen.made,
    evidence: paths && { paths, served: best, tuning: tuningOf(chosen), sample },
  };
  const stability = await stabilityOf(parts, chosen.stable, chosen.tracker.signal);
  return new Cascade({ ...parts, certificate: { ...certificate, stability } });
}

/** How many certification rows equal a row to tune on in every feature. */
function alikeOf<Row, L extends Label, Name extends string>(
  { seen, fitted }: Chosen<Row, L, Name>,
  digests: readonly Float64Array[],
): number {
  return seen.alike(
    digests,
    fitted.map(({ name }) => name),
  ).length;
}

/** What is to be said of rows that equal others. */
function repeatNotes<Row, L extends Label>(
  { copies, certification }: Problem<Row, L>,
  alike: number,
): string[] {
  const { rows, unlike, groups } = certification;
  return [
    ...(copies === 0
      ? []
      : [
          `${copies} of the rows equal an earlier one and count as copies of it: equal rows stay in one part and one fold, ` +
            'and those for the certificate count as one draw. Where inputs repeat by nature, and each row is a draw of its own, pass repeats: true.',
        ]),
    ...(alike === 0 || groups !== undefined
      ? []
      : [
          unlike
            ? `${alike} of ${rows.length} rows in certify.rows equal a row to tune on in every feature, and count for nothing. Where inputs repeat by nature pass certify.repeats: true.`
            : `${alike} of ${rows.length} certification rows equal a row to tune on in every feature. They count as draws of their own; where they are copies (a join over columns that no feature reads), name what they are copies of by groups.`,
        ]),
  ];
}

const REPEATS = 'pass repeats: true if inputs repeat and each row is a draw of its own';

/** What more rows might have given: of all chains, the cheapest plan that uses half of epsilon on the tuning rows. */
function prospectOf<Row, L extends Label, Name extends string>(
  { problem, chains, judged }: Chosen<Row, L, Name>,
  { costs }: Costing,
  unit: 'rows' | 'groups',
): Prospect | undefined {
  const { question, certification, parts } = problem;
  const useful = usefulPlan(question, judged, unit);
  if (useful === undefined) return undefined;
  const { loss, units, least } = useful;
  const [alone] = costs([]);
  const whole = meanOf(alone);
  const cost = Math.min(whole, ...chains.map(({ chain }) => costAtLoss(chain, loss)));
  const certify = parts.certify.length;
  const inAll = (count: number) =>
    certify === 0 ? null : Math.ceil((count * (certify + parts.development.length)) / certify);
  return {
    cost,
    speedup: cost > 0 ? whole / cost : 1,
    certify: units,
    total: inAll(units),
    least: certification.units < least ? inAll(least) : null,
  };
}

/** What is to be said of a stage some of whose scores tell nothing. */
function silenceOf({ evidence: { confidence } }: Candidate, s: number): string[] {
  const silent = confidence.reduce((count, sure) => count + Number(!(sure >= 0 && sure <= 1)), 0);
  if (silent === 0) return [];
  return [
    `Stage ${s + 1} of the chain: the scores of ${silent} of ${confidence.length} tuning rows are tied, NaN or infinite. Such rows never leave there.`,
  ];
}

function stagesOf({ chain, models }: ChosenChain): ServedStage[] {
  return chain.stages.map(({ rule, learner, features, prefix }, s) => ({
    model: models[s],
    rule,
    learner,
    features,
    prefix,
  }));
}

/** Where two paths were tested, what is said of one names its part. */
function sharing(tested: readonly Tested[], chains: readonly ChosenChain[], best: number): readonly Tested[] {
  if (chains.length === 1) return tested;
  return tested.map((each) => ({
    ...each,
    method: `${each.method}, at level ${Number(chains[best].delta.toPrecision(3))}; a second sequence of plans has the rest of delta`,
  }));
}

function trialOf<Row, L extends Label, Name extends string>(
  { problem, fitted, reference, chains, seen, tracker }: Chosen<Row, L, Name>,
  plans: readonly (readonly Plan[])[],
): Trial<Row> {
  const { certification, classes, decision, question, random } = problem;
  const { rows, draws, unlike, groups } = certification;
  const names = fitted.map(({ name }) => name);
  const admit = (digests: readonly Float64Array[]) => {
    const known = new Set(seen.alike(digests, names));
    if (known.size === 0) return draws;
    return (draws ?? Int32Array.from(rows.keys())).filter((row) => !known.has(row));
  };
  return {
    fitted,
    full: { model: reference.model, features: reference.reads },
    paths: chains.map((chosen, p) => ({
      chain: stagesOf(chosen),
      path: chosen.path,
      costs: plans[p].map(({ expected }) => expected.cost),
      delta: chosen.delta,
    })),
    certification,
    question,
    decision,
    classes: classes.length,
    random,
    tracker,
    ...(unlike && groups === undefined && { admit }),
  };
}

function tuningOf<Row, L extends Label, Name extends string>({
  chains,
  sizes,
  target,
  problem,
}: Chosen<Row, L, Name>): Tuning {
  return {
    stages: chains.map(({ chain }) =>
      chain.stages.map((stage) => ({
        target: stage.target,
        passed: stage.passed,
        evidence: stage.evidence,
      })),
    ),
    sizes,
    target,
    epsilon: problem.question.epsilon,
    units: problem.certification.units,
  };
}

function reasonAgainst(facts: {
  short: string | null;
  isTested: boolean;
  isDegenerate: boolean;
  served: Plan | undefined;
}): string | null {
  const { short, isTested, served } = facts;
  if (short !== null) return short;
  if (facts.isDegenerate) {
    return 'scores degenerate: those of every model that was tried are constant, tied, NaN or infinite, so that none tells sure answers from others';
  }
  if (!isTested) {
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

/** For the report: of each subset and learner the model with which a cascade of that stage alone would cost least. */
function triedSubsets<Row, L extends Label, Name extends string>(
  { problem, candidates, target }: Chosen<Row, L, Name>,
  { costs }: Costing,
): TriedSubset[] {
  const numeric = problem.decision.kind === 'value';
  const [full] = costs([]);
  const whole = meanOf(full);
  const best = new Map<string, TriedSubset>();
  for (const candidate of candidates) {
    const { features, learner, target: fittedTo, prefix, evidence } = candidate;
    const rows = evidence.loss.length;
    const chain = { stages: [candidate], costs: costs([candidate]), rows, classes: problem.width };
    // Where it never dares to answer, the full model alone does.
    const alone = Math.min(costAtLoss(chain, target), whole);
    const key = `${keyOf(features)} ${learner}`;
    const seen = best.get(key);
    if (seen !== undefined && alone >= seen.alone) continue;
    const lost = evidence.loss.reduce(
      (sum, loss) => sum + (numeric ? Math.min(1, loss) : Number(loss !== 0)),
      0,
    );
    const cost = meanOf(chain.costs[0]);
    best.set(key, { features, learner, target: fittedTo, prefix, cost, agreement: 1 - lost / rows, alone });
  }
  return [...best.values()];
}
