import { pick, rowDigests, rowSizes } from '../lib/blocks/index.js';
import { classRule, decideAll, intervalRule } from '../lib/exits/index.js';
import type { Model } from '../lib/learners/index.js';
import { evenWeights, systemClock } from '../lib/profile/index.js';
import { withOwnArrays } from '../lib/rows/index.js';
import { assemble, type Cascade, type ChosenChain } from './cascade/index.js';
import { Ledger, searchLoss } from './certification/index.js';
import { type Candidate, pathOf } from './chain/index.js';
import { fullCost, profilePipeline, stageCosts } from './costs/index.js';
import { forecastTune } from './forecast.js';
import { madeOf, referenceOf } from './plan/index.js';
import { Spending } from './price/index.js';
import {
  approximateOf,
  type Problem,
  type Progress,
  patienceOf,
  problemOf,
  type RegressionOptions,
  refuseVacuous,
  type SettledOptions,
  type TuneOptions,
} from './problem/index.js';
import {
  blocksOf,
  fitFeatures,
  fullAnswers,
  type Requests,
  type SizeOf,
  type Tracker,
  timedBlocks,
} from './scoring/index.js';
import {
  BUDGET,
  chooseExits,
  contenders,
  mergeRounds,
  planSearch,
  refineStages,
  searchChains,
  tryCandidates,
} from './search/index.js';
import { compareFeatures, compareModel, untouchedOf } from './stability/index.js';
import {
  fitProbe,
  fitRounds,
  fitStages,
  fullModel,
  heldRounds,
  type StageTrainer,
  scaleOf,
  shapeOf,
  targetsOf,
} from './training/index.js';
import type { Label, Spelt } from './types/index.js';

/**
 * Makes a cascade that answers like the full model, within a bound, for less.
 *
 * Rows for the certificate are set aside first and touched once. On the others features are fitted and measured, the
 * full model and models of cheap subsets are cross-fitted, and the chain of nested stages that costs least is found,
 * with all its thresholds. Its plans, from careful to bold, are then tested on the set-aside rows until one fails; the
 * last that passed is served. Where none does, or none is cheaper, the full model answers and the certificate says why.
 *
 * Costs are measured, so two runs may differ; with `profile` from an earlier one, the same rows and seed give the same
 * plan, bit for bit.
 *
 * @throws OptionError, DataError for what can't be right; FeatureError, ModelError where one fails; VacuousBound where a
 * constant answer would meet the bound; PriceLimitError where more than `maxPrice` would be spent; the signal's reason when aborted.
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
export async function tune<Row, L extends Label, Name extends string>(
  given: TuneOptions<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  // Before anything is waited for: the caller may change its arrays meanwhile.
  const own = withOwnArrays(given, 'rows', 'labels');
  const certify = withOwnArrays(given?.certify, 'rows', 'labels');
  const options = { ...own, ...(certify && { certify }), full: await given?.full };
  const problem = problemOf(options);
  const spending = new Spending(options.maxPrice, options.features);
  const forecast = forecastTune(options, problem);
  options.onProgress?.({ step: 'features', share: 0, forecast });
  spending.admit(forecast);
  return spending.within(() => tuneProblem(options, problem, spending.requests));
}

async function tuneProblem<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
  problem: Problem<Row, L>,
  requests: Requests,
): Promise<Cascade<Row, L, Name>> {
  const { features, signal, objective = 'throughput' } = options;
  const tracker = { signal, requests };
  const progress = (step: Progress['step']): Tracker => ({
    signal,
    requests,
    onProgress: options.onProgress && ((share) => options.onProgress?.({ step, share })),
  });
  const { development, parts, question, classes, width, decision, random } = problem;

  const learners = approximateOf(options);
  const fitRows = {
    rows: Array.from(parts.fit, (row) => development.rows[row]),
    origin: parts.fit.map((row) => development.origin[row]),
  };
  const patience = patienceOf(options);
  const rereading = random.fork('reread');
  const untouched = untouchedOf(development.rows, rereading);
  const fitted = await fitFeatures(features, fitRows, { ...tracker, patience });
  // Costs are told from rows that are computed anyway.
  const timing = { clock: options.clock ?? systemClock, random: random.fork('timing') };
  const measured = options.profile
    ? { blocks: await blocksOf(fitted, development, tracker), profile: options.profile }
    : await timedBlocks(features, fitted, development, timing, tracker);
  const { blocks } = measured;
  const sizeOf = 'timed' in measured ? measured.sizeOf : undefined;
  const held = { features, fitted, rows: development, blocks, sizeOf, untouched };
  const reread = await compareFeatures(held, rereading, signal, requests);
  const budget = options.budget ?? BUDGET;
  const fullWork = 'fit' in options.full ? options.full.work(shapeOf(blocks, parts.fit.length, width)) : 0;
  const { folds, first, later } = planSearch(budget, fullWork, learners, blocks, parts, width);
  const rounds = await fitRounds(
    features,
    development,
    mergeRounds(parts.rounds, folds),
    { fitted, blocks },
    { ...progress('features'), patience },
  );
  const reference = await fullModel(
    options,
    problem,
    blocks,
    rounds,
    progress('full model'),
    'timed' in measured ? timing : undefined,
  );
  const { reads, scores } = reference;
  const positions = (names: readonly string[]) =>
    names.map((name) => fitted.findIndex((feature) => feature.name === name));
  const compared = (model: Model, names: readonly string[], known?: Float64Array, sizeOf?: SizeOf) =>
    compareModel(
      {
        model,
        blocks: positions(names).map((f) => blocks[f]),
        scores: known,
        origin: development.origin,
        sizeOf,
      },
      reread,
      signal,
      requests,
    );
  const unseen = pick(scores, parts.scored, width);
  const origin = Int32Array.from(parts.scored, (row) => development.origin[row]);
  const full = fullAnswers(reference.model.name, decision, unseen, width, origin);
  const labels =
    development.labels && Float64Array.from(parts.scored, (row) => development.labels?.[row] ?? Number.NaN);
  const judged = { full, labels, origin };
  if (options.allowVacuous !== true) refuseVacuous(question, judged, classes);
  // Of a learner's model there are no scores yet: others, fitted without the rows, gave those.
  const known = reference.learner === undefined ? scores : undefined;
  const fullScores = await compared(reference.model, reads, known, reference.sizeOf);
  const { lost, target } = searchLoss(question, judged, problem.certification.units);

  const scale = scaleOf(question, full);
  const trainer: StageTrainer = {
    names: options.features.names,
    blocks,
    learners,
    targets: targetsOf(problem, scores),
    reference,
    rounds,
    fit: parts.fit,
    scored: parts.scored,
    held: heldRounds(rounds, random.fork('held')),
    full,
    labels,
    width,
    decision,
    rule: decision.kind === 'value' ? intervalRule(scale) : classRule(decision),
    scale,
    lost,
    given: new Map(),
    requests,
    context: { seed: random.fork('fits').integer(2 ** 31), signal },
  };
  const profile =
    'profile' in measured
      ? measured.profile
      : await profilePipeline(
          {
            features,
            fitted,
            blocks,
            rows: development.rows,
            timed: measured.timed,
            timedFull: reference.timed,
            truth: development.labels ?? decideAll(decision, scores, width),
            reference,
            learners: trainer.learners,
            fit: (learner, features) =>
              fitProbe(trainer, {
                features,
                learner: learner.name,
                target: labels === undefined ? 'answers' : 'labels',
                passed: false,
                prefix: null,
              }),
            decision,
            clock: timing.clock,
            random,
          },
          progress('profile'),
        );

  const allSizes = rowSizes(blocks);
  const sizes = Float64Array.from(parts.scored, (row) => allSizes[row]);
  // Plans are searched for at mean costs: thresholds would fit the few large rows near them like noise.
  const even = evenWeights(parts.scored.length);
  const meanCosts = (stages: readonly Candidate[]) =>
    stageCosts(profile, stages, reads, objective, even, parts.scored.length);
  const { candidates, reductions } = await tryCandidates(trainer, {
    profile,
    objective,
    budget,
    fullCost: fullCost(profile, reads, objective),
    fullWork,
    first,
    later,
    costs: meanCosts,
    target,
    random,
    onProgress: progress('stages').onProgress,
  });
  const search = { rows: parts.scored.length, classes: width, costs: meanCosts, target, signal };
  const chosen = contenders(searchChains(candidates, search), problem);
  const chains: ChosenChain[] = [];
  for (const { found, delta } of chosen) {
    const { found: final, tried } = await chooseExits(
      trainer,
      await refineStages(trainer, found, search),
      search,
    );
    const models = await fitStages(trainer, final.chain.stages);
    for (const [s, model] of models.entries()) {
      const { features: read, learner, target: fittedTo } = final.chain.stages[s];
      // Of a model that was trained elsewhere the scores are there, where all rows were scored.
      const isGiven = fittedTo !== 'full' && parts.scored.length === blocks[0].rows;
      await compared(model, read, isGiven ? trainer.given.get(learner) : undefined);
    }
    chains.push({ chain: final.chain, path: pathOf(final.chain), models, exits: tried, delta });
    progress('search').onProgress?.(chains.length / chosen.length);
  }
  if (chosen.length === 0) progress('search').onProgress?.(1);

  const seen = new Ledger(fitted.length, [], problem.reader);
  seen.add(
    development.contents,
    blocks.map((block) => rowDigests([block])),
  );
  return assemble({
    problem,
    features,
    fitted,
    reference,
    profile,
    objective,
    learners: trainer.learners,
    chains,
    candidates,
    reductions:
      folds < parts.rounds.length
        ? [`${folds} folds instead of ${parts.rounds.length}`, ...reductions]
        : reductions,
    sizes,
    target,
    referenceRows: referenceOf(blocks, development, options.rows.length, random.fork('reference')),
    seen,
    stable: { blocks, reread, full: fullScores },
    judged,
    made: madeOf({
      date: options.date,
      seed: options.seed ?? 0,
      tune: development.rows.length,
      certify: problem.certification.rows.length,
    }),
    tracker: progress('certify'),
  });
}
