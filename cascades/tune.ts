import { systemClock } from '../lib/costs/index.js';
import { rowSizes } from '../lib/data/blocks/index.js';
import { withOwnArrays } from '../lib/data/rows/index.js';
import { type Checkpoint, openCheckpoint } from '../lib/learn/fits/index.js';
import type { Learner, Model } from '../lib/learn/learners/index.js';
import { systemTimer } from '../lib/run/runtime/index.js';
import { buildCascade, Cascade } from './cascade/index.js';
import {
  awaitingTest,
  type CertificationTable,
  certify,
  isAskedTwice,
  refuseVacuous,
  testFresh,
} from './certification/index.js';
import { isDegenerate, meanOf } from './chain/index.js';
import { noisyCosts, profileCosts, quiet, secondsARow } from './costs/index.js';
import { forecastTune } from './forecast.js';
import { fullModelAlone } from './fullModelAlone.js';
import { Ledger } from './holdout/index.js';
import { keepSamples } from './keepSamples.js';
import { costingOf, expectedOnPath, planningOver, readFidelities, servedIn } from './plan/index.js';
import { Spending } from './price/index.js';
import {
  countsOf,
  jobDigests,
  type Problem,
  problemOf,
  type RegressionOptions,
  type Run,
  runOf,
  type SettledOptions,
  type TuneOptions,
} from './problem/index.js';
import {
  aimed,
  type ChosenPath,
  certifySeconds,
  creditOf,
  expectedTimes,
  planSearch,
  searchPath,
  selectionOf,
  smallPrize,
  timeFewRows,
  trainStages,
  withinSeconds,
} from './search/index.js';
import { type RereadRows, rereadRows, rescoreFullModel, untouchedRows } from './stability/index.js';
import {
  askingAgain,
  checkServedVersions,
  chooseOptions,
  crossFitFullModel,
  type FeatureBlocks,
  fitFeatureBlocks,
  type Judging,
  judgingOf,
  materialOf,
  OF_FITS,
  wholeFullModel,
  withPilot,
} from './training/index.js';
import type { Label, Spelt } from './types/index.js';

/**
 * Makes a cascade that answers like the full model, within a bound, for less.
 *
 * It first sets rows aside for the certificate and reads them once, at the end. On the other rows
 * it fits and measures features, cross-fits the full model and models of cheap subsets, and finds
 * the cheapest chain of nested stages, with all thresholds. Then it tests the chain's plans on the
 * set-aside rows, from conservative to aggressive, until one fails, and serves the cheapest that
 * passed. If none passes, or none is cheaper, the full model answers, and the certificate has the
 * reason.
 *
 * Costs are measured, so two runs may differ. With `profile` from an earlier run, the same rows and seed give the
 * same plan, bit for bit.
 *
 * @throws OptionError, DataError for invalid options or data; FeatureError, ModelError where one fails; VacuousBound
 *   where a constant answer would meet the bound; PriceLimitError where more than `maxPrice` would be spent; the
 *   signal's reason when aborted.
 * @example
 * const cascade = await tune({
 *   features, rows, labels, full: logisticRegression(),
 *   bound: { loss: 'accuracy', epsilon: 0.01, delta: 0.05 },
 * });
 */
export function tune<Row, Name extends string>(
  options: Spelt<RegressionOptions<Row, Name>>,
): Promise<Cascade<Row, number, Name>>;
export function tune<Row, L extends Label, Name extends string>(
  options: Spelt<TuneOptions<Row, L, Name>>,
): Promise<Cascade<Row, L, Name>>;
export function tune<Row, L extends Label, Name extends string>(
  given: TuneOptions<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  return tuned(given);
}

/**
 * The same but for the test: all rows are tuned on, and the path waits for rows to be tested on. Until then the full
 * model answers alone, with verdict `exploratory`. What the path's plans were seen to change is that of the rows tuned
 * on, each answered by models that hadn't seen it.
 *
 * @param later how many rows the path is expected to be tested on: what plans may lose depends on it
 */
export function tuneUntested<Row, L extends Label, Name extends string>(
  given: Omit<TuneOptions<Row, L, Name>, 'certify'>,
  later: number,
): Promise<Cascade<Row, L, Name>> {
  return tuned(given, later);
}

async function tuned<Row, L extends Label, Name extends string>(
  given: TuneOptions<Row, L, Name>,
  later?: number,
): Promise<Cascade<Row, L, Name>> {
  // Before anything is waited for: the caller may change its arrays meanwhile.
  const own = withOwnArrays(given, 'rows', 'labels');
  const certify = withOwnArrays(given?.certify, 'rows', 'labels');
  const options = { ...own, ...(certify && { certify }), full: await given?.full };
  const began = (options.clock ?? systemClock).now();
  const problem = await problemOf(options, later);
  const spending = new Spending(options.maxPrice, options.features);
  const forecast = forecastTune(options, problem);
  options.onProgress?.({ step: 'features', share: 0, forecast });
  spending.admit(forecast);
  const checkpoint = await checkpointOf(options, problem);
  const run = runOf(options, problem, spending.requests, checkpoint, began);
  try {
    const cascade = await spending.within(() => tuneProblem(run, later === undefined));
    await checkpoint?.remove();
    return cascade;
  } catch (error) {
    // Fits that still run aren't needed any more.
    run.fits.end(error);
    await checkpoint?.close();
    throw error;
  } finally {
    run.limit?.close();
  }
}

function checkpointOf<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
  problem: Problem<Row, L>,
): Promise<Checkpoint> | undefined {
  const { checkpoint, timer = systemTimer } = options;
  return checkpoint === undefined
    ? undefined
    : openCheckpoint(checkpoint, jobDigests(options, problem), timer);
}

/**
 * The steps of `tune`, each a function of what those before it made. The certification rows are touched in `testFresh`
 * alone.
 */
async function tuneProblem<Row, L extends Label, Name extends string>(
  given: Run<Row, L, Name>,
  isTested: boolean,
): Promise<Cascade<Row, L, Name>> {
  const { options, problem, objective } = given;
  const { classes, decision, certification, development } = problem;

  await keepSamples(given);
  const untouched = await untouchedRows(given);
  const all = await fitFeatureBlocks(given);
  await timeFewRows(given, all);
  const first = planSearch(given, all);
  given.meter.expect(expectedTimes(given, all, first));
  const untested = certification.rows.length * secondsARow(given, all);
  // A guess by few rows: half of it is sure.
  given.limit?.need(first.fullWork / (2 * (given.log.pace() ?? Number.POSITIVE_INFINITY)) + untested);
  given.tracker('features').onProgress?.(OF_FITS);
  const settled = await chooseOptions(given, all);
  const reread = await rereadRows(settled, all, untouched);

  // Where seconds are limited, what a run can't do without comes first.
  const whole = given.limit && (await fullModelFirst(settled, all));
  given.limit?.need(untested);
  const judged = await judgeFullModel(settled, all, reread, whole).catch((error: unknown) => {
    if (whole === undefined || given.limit?.isEnd(error) !== true) throw error;
    return fullModelAlone(settled, all, reread, whole);
  });
  if (judged instanceof Cascade) return judged;
  const { run, full, features, spec, again, stable, material, judging, profile, sizes, planning, plan } =
    judged;
  const { names } = options.features;
  const { names: fidelities } = features.versions;
  const kept = certifySeconds(certification.rows.length, secondsARow(run, features, profile));
  const search = withinSeconds(plan, run, kept);

  run.meter.expect(expectedTimes(run, all, search, profile));
  run.begin('stages', (seconds) => smallPrize(run, planning, seconds));
  const noisy = noisyCosts(profile, material.names, full.reads, run.objective);
  const steady = quiet(material, noisy);
  const tried = await trainStages(run, steady, judging, planning, search);
  // By the pace that the stages' fits had.
  run.meter.expect(expectedTimes(run, all, search, profile));
  const aim = again ? await aimed(judging, tried.candidates, again) : judging;
  const { path, isCut } = await searchPath(run, steady, aim, search, planning, tried.candidates, reread);

  const read = readFidelities(path?.stages ?? [], fidelities);
  await checkServedVersions(run, features, read);

  const seen = Ledger.of(development.contents, features.blocks, problem.reader, development.rows.held);
  const chosen = {
    spec,
    classes,
    decision,
    random: problem.random,
    rows: certification,
    fitted: servedIn(features.fitted, read).fitted,
    features: names.length,
    full: { model: full.model, features: full.reads },
    path,
    seen,
    judged: full.judged,
    isLate: isCut || tried.isCut,
    isDegenerate: tried.candidates.length > 0 && tried.candidates.every(isDegenerate),
    counts: countsOf(problem),
    fullCost: meanOf(planning.costs([])[0]),
    isPaired: again !== undefined,
    credit: creditOf(aim),
  };
  const tested = isTested ? await testFresh(chosen, run.tracker('certify')) : undefined;
  const sample = tested?.test.sample;
  const plans =
    path && sample
      ? expectedOnPath(
          path.plans,
          path.uses,
          costingOf(profile, objective, full.reads, sample.sizes),
          sample.stages,
        )
      : [];
  const certified = isTested
    ? certify(chosen, tested, plans)
    : awaitingTest(chosen, path && { ...path, table: tableOf(path, judging) });
  return buildCascade(run, {
    features,
    full,
    profile,
    planning,
    tried,
    noisy,
    path,
    certified,
    spec,
    sizes,
    target: aim.loss.target,
    stable,
    seen,
  });
}

/** The full model on all fitting rows, before its cross-fits: for its step's progress it is one of these. */
function fullModelFirst<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  all: FeatureBlocks<Row>,
): Promise<Model> {
  const { onProgress } = run.tracker('full model');
  const fits = 1 + run.problem.split.rounds.length;
  return wholeFullModel(run, all, (share) => onProgress?.(share / fits));
}

/** The full model cross-fitted, what everything costs, and the plan of the search: all that stages are tried with. */
async function judgeFullModel<Row, L extends Label, Name extends string>(
  run: Run<Row, L, Name>,
  all: FeatureBlocks<Row>,
  reread: RereadRows,
  whole: Model | undefined,
) {
  const { options, problem, objective } = run;
  const { classes, decision } = problem;
  const first = planSearch(run, all);
  const { full: fitted, features } = await crossFitFullModel(run, all, first.rounds, whole);
  run.meter.expect(expectedTimes(run, all, first));
  const spec = problem.specOn(fitted.judged.full);
  const again = isAskedTwice(fitted, spec) ? askingAgain(run, fitted, features) : undefined;
  const full = again ? await withPilot(run, fitted, again) : fitted;
  if (options.allowVacuous !== true) refuseVacuous(spec, full.judged, classes);
  const stable = await rescoreFullModel(reread, full, again !== undefined);

  const { names: fidelities } = features.versions;
  const material = materialOf(run, features, full, spec);
  const wanted = selectionOf(run, judgingOf(run, full, spec));
  const profile = await profileCosts(run, features, material, wanted);
  // Learners that fail at any subset have no cost.
  const ableOf = (learners: readonly Learner[]) =>
    learners.filter(({ name }) => Object.hasOwn(profile.models, name));
  const able = { ...run, learners: ableOf(run.learners) };
  const judging = { ...wanted, learners: able.learners };
  const plan = { ...first, first: ableOf(first.first) };
  const allSizes = rowSizes(features.blocks);
  const sizes = Float64Array.from(judging.scored, (row) => allSizes[row]);
  const { names } = options.features;
  const planning = planningOver(
    { classes, decision, names, fidelities, reads: full.reads, profile, objective },
    sizes,
  );
  return {
    run: able,
    full,
    features,
    spec,
    again,
    stable,
    material,
    judging,
    profile,
    sizes,
    planning,
    plan,
  };
}

/** The stages' answers to the rows that judged them, each by models that hadn't seen it. */
function tableOf<L extends Label, Name extends string>(
  { chain }: ChosenPath<L, Name>,
  { full }: Judging<'selection'>,
): Pick<CertificationTable, 'stages' | 'full' | 'labels' | 'origin'> {
  return { stages: chain.stages.map(({ evidence }) => evidence), ...full.judged };
}
