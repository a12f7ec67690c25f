import type { Profile } from '../../lib/costs/index.js';
import { count } from '../../lib/util/count.js';
import { type Certified, isVacuous } from '../certification/index.js';
import type { Candidate } from '../chain/index.js';
import { type NoisyCost, noisyNotes } from '../costs/index.js';
import { type Ledger, rowsDigest } from '../holdout/index.js';
import type { BoundSpec } from '../losses/index.js';
import {
  type CascadeParts,
  filesRead,
  frontierOf,
  madeOf,
  type Planning,
  planOf,
  readFidelities,
  referenceOf,
  servedIn,
  type TestedPath,
  type Tuning,
} from '../plan/index.js';
import { fidelitiesOf, offeredBeside, type Problem, type Run, secondsOf } from '../problem/index.js';
import { isChoosable, withModes } from '../recertify/index.js';
import { adviceOf } from '../reporting/index.js';
import { type ChosenPath, type TriedCandidates, triedSubsets } from '../search/index.js';
import { type Stable, stabilityOf } from '../stability/index.js';
import type { CrossFittedModel, FeatureBlocks } from '../training/index.js';
import { type Advice, type Label, widthOf } from '../types/index.js';
import { Cascade } from './cascade.js';
import { offNotes, triedFidelities } from './triedFidelities.js';

/** The results of the steps of `tune`. */
export interface TuneResults<Row, L extends Label, Name extends string> {
  readonly features: FeatureBlocks<Row>;
  readonly full: CrossFittedModel;
  readonly profile: Profile<Name>;
  readonly planning: Planning<L, Name>;
  readonly tried: TriedCandidates;
  /** Features that stages do without, for what they cost can't be told. */
  readonly noisy: readonly NoisyCost[];
  readonly path: ChosenPath<L, Name> | undefined;
  readonly certified: Certified<L, Name>;
  readonly spec: BoundSpec;
  /**
   * The number of values that the blocks of each scored row hold, and the mean loss that is
   * expected to pass.
   */
  readonly sizes: Float64Array;
  readonly target: number;
  /** Rows whose features were computed again, and the full model's scores of them in a large batch. */
  readonly stable: Stable;
  /** The rows that made it and tested it. */
  readonly seen: Ledger;
}

/**
 * The cascade that was certified, with what others may be made from later; without a certified plan the full model
 * alone.
 */
export async function buildCascade<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  tuned: TuneResults<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  const { options, problem, objective } = run;
  const { features, full, planning, tried, path, certified } = tuned;
  const { development, certification, random } = problem;
  const tested = path && testedPath(path, certified);
  const { served } = certified;
  const read = readFidelities(tested?.stages ?? [], features.versions.names);
  // Tuning's patience is dropped: in service a call's own deadline limits waiting.
  const serving = servedIn(
    features.fitted.map(({ name, fitted }) => ({ name, fitted })),
    read,
  );
  const parts: CascadeParts<Row, L, Name> = {
    features: options.features,
    ...serving,
    classes: problem.classes,
    reads: full.reads,
    full: {
      model: full.model,
      learner: full.learner?.name,
      fingerprint: full.fingerprint,
      options: full.options,
    },
    stages: served && path ? path.uses[served.step].map((s) => path.stages[s]) : [],
    plan: served?.plan ?? planOf(planning, [], []),
    certificate: certified.certificate,
    profile: tuned.profile,
    objective,
    whyObjective: run.whyObjective,
    frontier: frontierOf(tested, tuned.spec, (other) => !isVacuous(certified.certificate, other)),
    tried: [
      ...triedSubsets(
        { width: widthOf(problem.classes), costs: planning.costs },
        tried.candidates,
        tuned.target,
      ),
      ...tried.others,
    ],
    triedFidelities: triedFidelities(features, tuned.profile, read, objective),
    exits: path?.exits ?? [],
    stageNotes: path ? silences(path) : [],
    notes: [
      ...problem.notes,
      ...tried.reductions.map((reduction) => `To keep within the budget: ${reduction}.`),
      ...tried.untried,
      ...unableNotes(run),
      ...(run.failed?.notes() ?? []),
      ...noisyNotes(tuned.noisy),
      ...offNotes(features.fitted, fidelitiesOf(options), served?.plan.stages),
      ...(secondsOf(options.budget) === undefined
        ? []
        : ['The budget was in seconds: on another machine the same call may find another plan.']),
      ...repeatNotes(problem, certified.alike),
    ],
    used: tuned.seen,
    restsOn: certified.restsOn,
    spent: run.meter.spent(),
    fits: run.log.fits,
    reference: await referenceOf(
      features.blocks,
      development.rows,
      random.fork('reference'),
      options.signal,
      serving.fitted.slice(features.fitted.length),
    ),
    made: madeOf({
      date: options.date,
      seed: options.seed ?? 0,
      tune: development.rows.length,
      certify: certification.rows.length,
      digests: {
        tune: rowsDigest(development.contents),
        certify: rowsDigest(certification.contents),
      },
      files: {
        tune: filesRead(options.rows),
        certify: filesRead(options.certify?.rows ?? options.rows),
      },
    }),
    evidence: tested && {
      path: tested,
      tuning: tuningOf(problem, path, tuned),
      sample: certified.test?.sample,
    },
  };
  const stability = await stabilityOf(parts, tuned.stable, options.signal);
  const own = { ...parts, certificate: { ...certified.certificate, stability } };
  // Where nothing was tested there are none, and the certificate has the reason.
  const whole = options.bound.modes && isChoosable(parts) ? withModes(own) : own;
  return new Cascade({ ...whole, advice: advised(problem, tuned, whole) });
}

/** The path with its test results; undefined if nothing was tested. */
function testedPath<L extends Label, Name extends string>(
  path: ChosenPath<L, Name>,
  { test, plans }: Certified<L, Name>,
): TestedPath<L, Name> | undefined {
  if (test === undefined) return undefined;
  const { stages, uses, exits } = path;
  const { band, observedAt, tallies, changes } = test.certification;
  const found = { band, observed: observedAt, tallies, changes };
  return { plans, stages, uses, ...found, exits, stageNotes: silences(path) };
}

/** A note for each stage of a path that has exit scores which tell nothing. */
function silences({ chain }: ChosenPath<Label, string>): string[] {
  return chain.stages.flatMap(({ evidence: { confidence } }: Candidate, s) => {
    const silent = confidence.reduce((sum, sure) => sum + Number(!(sure >= 0 && sure <= 1)), 0);
    if (silent === 0) return [];
    return [
      `Stage ${s + 1} of the chain: the scores of ${count(silent)} of ${count(confidence.length)} tuning rows are tied, NaN or infinite. Such rows never exit there.`,
    ];
  });
}

/** What more there is in the chain that was searched, by other options. */
function advised<Row, L extends Label, Name extends string>(
  { split, certification: { groups, rows, units }, foreseen }: Problem<Row, L>,
  { path, spec, target, full: { judged } }: TuneResults<Row, L, Name>,
  parts: CascadeParts<Row, L, Name>,
): Advice[] {
  const certify = split.certify.length;
  return adviceOf({
    spec,
    certificate: parts.certificate,
    expected: parts.plan.expected,
    path: isChoosable(parts) ? parts.evidence.path : undefined,
    chain: path?.chain,
    judged,
    target,
    units: foreseen,
    size: groups === undefined ? 1 : rows.length / units,
    rows: certify === 0 ? undefined : { all: certify + split.development.length, certify },
  });
}

/** Learners that `tune` would have offered stages, and that can't take some number of a feature. */
function unableNotes<Row, L extends Label, Name extends string>({
  options,
  learners,
  failed,
}: Run<Row, L, Name>): string[] {
  const able = new Set(learners.map(({ name }) => name));
  const unable = offeredBeside(options).flatMap(({ name }) =>
    able.has(name) || failed?.has({ learner: name, features: options.features.names }) ? [] : [name],
  );
  if (unable.length === 0 || secondsOf(options.budget) !== undefined) return [];
  return [
    `${unable.join(', ')} wasn't tried in stages: a feature has a value that is no finite number. Give it numbers, or missing: 'indicator'.`,
  ];
}

/** Notes on rows that equal others. @param alike certification rows that equal a tuning row in every feature */
function repeatNotes<Row, L extends Label>(
  { split, different, certification }: Problem<Row, L>,
  alike: number,
): string[] {
  const { rows, unlike, groups, repeating } = certification;
  const parts = split.certify.length === 0 ? 'one fold' : 'one part and one fold';
  return [
    // Of rows that are split for both cases the certificate says more.
    ...(different === undefined || repeating?.split
      ? []
      : [`The rows hold ${count(different)} different ones. Equal rows stay in ${parts}.`]),
    ...(alike === 0 || groups !== undefined
      ? []
      : [
          unlike
            ? `${count(alike)} of ${count(rows.length)} rows in certify.rows equal a tuning row in every feature, and don't count. If inputs repeat by nature, pass certify.repeats: true.`
            : `${count(alike)} of ${count(rows.length)} certification rows equal a tuning row in every feature. They count as draws of their own. If they are copies (a join over columns that no feature reads), pass the originals as groups.`,
        ]),
  ];
}

function tuningOf<Row, L extends Label, Name extends string>(
  { foreseen }: Problem<Row, L>,
  { chain }: ChosenPath<L, Name>,
  { spec, sizes, target }: TuneResults<Row, L, Name>,
): Tuning {
  return {
    stages: chain.stages.map(({ target, passed, evidence }) => ({ target, passed, evidence })),
    sizes,
    target,
    epsilon: spec.epsilon,
    units: foreseen,
  };
}
