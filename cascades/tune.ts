import { type Block, rowDigests, rowSizes } from '../lib/blocks/index.js';
import type { Learner, Model } from '../lib/learners/index.js';
import { evenWeights, type SizeWeights, sizeWeights, systemClock } from '../lib/profile/index.js';
import { type Candidate, pathOf, searchChains } from './chain/index.js';
import {
  approximateOf,
  type Parts,
  type Problem,
  type Progress,
  problemOf,
  refuseVacuous,
  type TuneOptions,
} from './problem/index.js';
import { searchLoss } from './promise/index.js';
import { assemble, type Cascade } from './served/index.js';
import {
  allot,
  BUDGET,
  blocksOf,
  decideAll,
  EXHAUSTIVE,
  fitFeatures,
  fitRecipe,
  fitRounds,
  fullAnswers,
  fullCost,
  fullModel,
  mergeRounds,
  pick,
  profilePipeline,
  refineStages,
  shapeOf,
  stageCosts,
  type Targets,
  type Tracker,
  tryCandidates,
  type Workshop,
} from './stages/index.js';
import type { Label } from './terms/index.js';

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
 * constant answer would meet the bound; the signal's reason when aborted.
 * @example
 * const cascade = await tune({
 *   features, rows, labels, full: logisticRegression(),
 *   bound: { loss: 'accuracy', epsilon: 0.01, delta: 0.05 },
 * });
 */
export async function tune<Row, L extends Label, Name extends string>(
  options: TuneOptions<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  const problem = problemOf(options);
  const { signal, objective = 'throughput' } = options;
  const progress = (step: Progress['step']): Tracker => ({
    signal,
    onProgress: options.onProgress && ((share) => options.onProgress?.({ step, share })),
  });
  const { development, parts, question, classes, decision, random } = problem;

  const learners = approximateOf(options);
  const fitRows = Array.from(parts.fit, (row) => development.rows[row]);
  const fitted = await fitFeatures(options.features, fitRows, { signal });
  const blocks = await blocksOf(fitted, development, { signal });
  const { features } = options;
  const budget = options.budget ?? BUDGET;
  const fullWork =
    'fit' in options.full ? options.full.work(shapeOf(blocks, parts.fit.length, classes.length)) : 0;
  const folds = foldsWithin(budget, fullWork, learners, blocks, parts, classes.length);
  const rounds = await fitRounds(
    features,
    development,
    mergeRounds(parts.rounds, folds),
    { fitted, blocks },
    progress('features'),
  );
  const reference = await fullModel(options, problem, blocks, rounds, progress('full model'));
  const { reads, scores } = reference;
  const unseen = pick(scores, parts.scored, classes.length);
  const origin = Int32Array.from(parts.scored, (row) => development.origin[row]);
  const full = fullAnswers(reference.model.name, decision, unseen, classes.length, origin);
  const labels =
    development.labels && Int32Array.from(parts.scored, (row) => development.labels?.[row] ?? -1);
  const judged = { full, labels, origin };
  if (options.allowVacuous !== true) refuseVacuous(question, judged, classes);
  const { lost, target } = searchLoss(question, judged, problem.certification.units);

  const workshop: Workshop = {
    names: options.features.names,
    blocks,
    learners,
    targets: targetsOf(problem, scores),
    rounds,
    fit: parts.fit,
    scored: parts.scored,
    full,
    labels,
    classes: classes.length,
    decision,
    lost,
    context: { seed: random.fork('fits').integer(2 ** 31), signal },
  };
  const profile =
    options.profile ??
    (await profilePipeline(
      {
        features,
        fitted,
        blocks,
        rows: development.rows,
        truth: development.labels ?? decideAll(decision, scores, classes.length),
        reference,
        learners: workshop.learners,
        fit: (learner, features) =>
          fitRecipe(workshop, {
            features,
            learner: learner.name,
            target: labels === undefined ? 'answers' : 'labels',
            passed: undefined,
          }),
        classes: classes.length,
        decision,
        clock: options.clock ?? systemClock,
        random,
      },
      progress('profile'),
    ));

  const sizes = rowSizes(blocks);
  const weights = sizeWeights(Float64Array.from(parts.scored, (row) => sizes[row]));
  const costsBy = (size: SizeWeights) => (stages: readonly Candidate[]) =>
    stageCosts(profile, stages, reads, objective, size, parts.scored.length);
  // Plans are searched for at mean costs: thresholds would fit the few large rows near them like noise.
  const meanCosts = costsBy(evenWeights(parts.scored.length));
  const { candidates, cuts } = await tryCandidates(workshop, {
    profile,
    objective,
    budget,
    fullCost: fullCost(profile, reads, objective),
    fullWork,
    costs: meanCosts,
    target,
    random,
    onProgress: progress('stages').onProgress,
  });
  const search = { rows: parts.scored.length, classes: classes.length, costs: meanCosts, target, signal };
  const [found] = searchChains(candidates, search);
  const refined = found && (await refineStages(workshop, found, search));
  progress('search').onProgress?.(1);

  const models: Model[] = [];
  for (const stage of refined?.chain.stages ?? []) models.push(await fitRecipe(workshop, stage));
  return assemble({
    problem,
    features,
    fitted,
    reference,
    profile,
    objective,
    learners: workshop.learners,
    chain: refined?.chain,
    path: refined ? pathOf(refined.chain) : [],
    models,
    costs: costsBy(weights),
    candidates,
    cuts: folds < parts.rounds.length ? [`${folds} folds instead of ${parts.rounds.length}`, ...cuts] : cuts,
    seen: rowDigests(blocks),
    tracker: progress('certify'),
  });
}

/**
 * How many folds the budget has room for, before anything is known of what subsets cost: as if every subset that an
 * exhaustive search could try were tried, on the average of the features.
 */
function foldsWithin(
  budget: number,
  full: number,
  learners: readonly Learner[],
  blocks: readonly Block[],
  { fit, rounds }: Parts,
  classes: number,
): number {
  const each = learners.reduce((sum, learner) => sum + learner.work(shapeOf(blocks, fit.length, classes)), 0);
  const count = Math.min(EXHAUSTIVE, 2 ** blocks.length - 1);
  // Subsets dearer than half of the pipeline aren't tried: a quarter of all features is a fair size, for two targets.
  const subsets = new Array<number>(count).fill((2 * each) / 4);
  return allot({ full, subsets, folds: rounds.length, rows: fit.length }, budget).folds;
}

/** What stages may be fitted to: the labels, and the full model's answers where every row to fit on has one. */
function targetsOf<Row, L extends Label>(
  problem: Problem<Row, L>,
  scores: Float64Array,
): Workshop['targets'] {
  const { development, decision, classes, parts } = problem;
  const { labels } = development;
  const complete = parts.fit.every((row) => !Number.isNaN(scores[row * classes.length]));
  const answers: Targets = {
    labels: decideAll(decision, scores, classes.length),
    soft: scores,
    classes: classes.length,
  };
  return {
    ...(labels && { labels: { labels, classes: classes.length } }),
    ...(complete && { answers }),
  };
}
