import { type Block, rowDigests, rowSizes } from '../lib/blocks/index.js';
import { classRule, decideAll, intervalRule } from '../lib/exits/index.js';
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
import { limitsOf, type Question, searchLoss } from './promise/index.js';
import { assemble, type Cascade } from './served/index.js';
import {
  allot,
  BUDGET,
  blocksOf,
  chooseExits,
  EXHAUSTIVE,
  fitCandidate,
  fitFeatures,
  fitProbe,
  fitRounds,
  fullAnswers,
  fullCost,
  fullModel,
  heldRounds,
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
  const { development, parts, question, classes, width, decision, random } = problem;

  const learners = approximateOf(options);
  const fitRows = Array.from(parts.fit, (row) => development.rows[row]);
  const fitted = await fitFeatures(options.features, fitRows, { signal });
  const blocks = await blocksOf(fitted, development, { signal });
  const { features } = options;
  const budget = options.budget ?? BUDGET;
  const fullWork = 'fit' in options.full ? options.full.work(shapeOf(blocks, parts.fit.length, width)) : 0;
  const folds = foldsWithin(budget, fullWork, learners, blocks, parts, width);
  const rounds = await fitRounds(
    features,
    development,
    mergeRounds(parts.rounds, folds),
    { fitted, blocks },
    progress('features'),
  );
  const reference = await fullModel(options, problem, blocks, rounds, progress('full model'));
  const { reads, scores } = reference;
  const unseen = pick(scores, parts.scored, width);
  const origin = Int32Array.from(parts.scored, (row) => development.origin[row]);
  const full = fullAnswers(reference.model.name, decision, unseen, width, origin);
  const labels =
    development.labels && Float64Array.from(parts.scored, (row) => development.labels?.[row] ?? Number.NaN);
  const judged = { full, labels, origin };
  if (options.allowVacuous !== true) refuseVacuous(question, judged, classes);
  const { lost, target } = searchLoss(question, judged, problem.certification.units);

  const scale = scaleOf(question, full);
  const workshop: Workshop = {
    names: options.features.names,
    blocks,
    learners,
    targets: targetsOf(problem, scores),
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
        truth: development.labels ?? decideAll(decision, scores, width),
        reference,
        learners: workshop.learners,
        fit: (learner, features) =>
          fitProbe(workshop, {
            features,
            learner: learner.name,
            target: labels === undefined ? 'answers' : 'labels',
            passed: undefined,
          }),
        decision,
        clock: options.clock ?? systemClock,
        random,
      },
      progress('profile'),
    ));

  const allSizes = rowSizes(blocks);
  const sizes = Float64Array.from(parts.scored, (row) => allSizes[row]);
  const weights = sizeWeights(sizes);
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
  const search = { rows: parts.scored.length, classes: width, costs: meanCosts, target, signal };
  const [found] = searchChains(candidates, search);
  const refined = found && (await refineStages(workshop, found, search));
  const { found: final, tried: exits } = refined
    ? await chooseExits(workshop, refined, search)
    : { found: undefined, tried: [] };
  progress('search').onProgress?.(1);

  const models: Model[] = [];
  for (const stage of final?.chain.stages ?? []) models.push(await fitCandidate(workshop, stage));
  return assemble({
    problem,
    features,
    fitted,
    reference,
    profile,
    objective,
    learners: workshop.learners,
    chain: final?.chain,
    path: final ? pathOf(final.chain) : [],
    models,
    exits,
    costs: costsBy(weights),
    candidates,
    cuts: folds < parts.rounds.length ? [`${folds} folds instead of ${parts.rounds.length}`, ...cuts] : cuts,
    sizes,
    target,
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
  const { development, decision, width, parts } = problem;
  const { labels } = development;
  const complete = parts.fit.every((row) => !Number.isNaN(scores[row * width]));
  const answers: Targets = { truth: decideAll(decision, scores, width), soft: scores, classes: width };
  return {
    ...(labels && { labels: { truth: labels, classes: width } }),
    ...(complete && { answers }),
  };
}

/** What errors of regression are judged by: the loss's own scale, else how far answers are from their mean. */
function scaleOf(question: Question, answers: Float64Array): number {
  for (const { loss } of limitsOf(question)) {
    if (typeof loss === 'object' && 'absoluteError' in loss) return loss.absoluteError;
  }
  const mean = answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
  return answers.reduce((sum, answer) => sum + Math.abs(answer - mean), 0) / answers.length || 1;
}
