import {
  approximateOf,
  isOurs,
  type Label,
  objectiveOf,
  objectiveWords,
  type PricedRequests,
  type Progress,
  patienceOf,
  type Spelt,
  Spending,
  type Tracker,
  widthOf,
} from '../cascades/internal.js';
import { systemClock } from '../lib/costs/index.js';
import { withOwnArrays } from '../lib/data/rows/index.js';
import { type Fits, openFits } from '../lib/learn/fits/index.js';
import { count } from '../lib/util/count.js';
import { bandPlan, certifyBands, together } from './certification/index.js';
import {
  type FoundRepeats,
  ownQueries,
  type SettledTopKOptions,
  type TopKOptions,
  type TopKProblem,
  topKProblem,
} from './problem/index.js';
import { Ranker } from './ranker.js';
import { curveOf } from './reporting/index.js';
import {
  candidateBatches,
  forecastRanker,
  type RankChain,
  type TriedRankStage,
  train,
  tuneBands,
} from './search/index.js';
import { STREAM_BATCH } from './serve/index.js';
import type { TriedStage } from './types.js';

/**
 * Makes a ranker that finds the K best of many candidates as the full model would, within a promise, for less.
 *
 * Queries for the certificate are set aside first and used once. Models of cheap subsets are fitted
 * to the training rows. The search on the other queries finds the cheapest chain of stages, with
 * its cuts. Its plans, from "keep all" to aggressive, are then tested on the set-aside queries
 * until one fails; the last that passed is served. If none passes, or none is cheaper, the full
 * model scores every candidate and the certificate states why.
 *
 * @throws OptionError, DataError for invalid input; FeatureError, ModelError if one fails;
 * PriceLimitError if more than `maxPrice` would be spent; the signal's reason when aborted.
 * @example
 * const ranker = await tuneTopK({
 *   features, rows, labels, full: logisticRegression(), rankClass: 'spam',
 *   queries, k: 20, bound: { recall: 0.95, delta: 0.05 },
 * });
 * const { indices } = await ranker.query(candidates, 20);
 */
export async function tuneTopK<Row, L extends Label, Name extends string>(
  given: Spelt<TopKOptions<Row, L, Name>>,
): Promise<Ranker<Row, L, Name>> {
  // Before anything is waited for: the caller may change its arrays meanwhile.
  const own = withOwnArrays(given, 'rows', 'labels');
  const options = { ...own, queries: ownQueries(given?.queries), full: await given?.full };
  const problem = topKProblem(options);
  const spending = new Spending(options.maxPrice, options.features);
  const forecast = forecastRanker(options, problem);
  options.onProgress?.({ step: 'features', share: 0, forecast });
  spending.admit(forecast);
  const fits = openFits({ threads: options.threads, signal: options.signal, isOurs: isOurs(options) });
  try {
    return await spending.within(() => tuneRanker(options, problem, spending.requests, fits));
  } finally {
    fits.end(new Error('tuning is over'));
  }
}

async function tuneRanker<Row, L extends Label, Name extends string>(
  options: SettledTopKOptions<Row, L, Name>,
  problem: TopKProblem<Row, L>,
  requests: PricedRequests,
  fits: Fits,
): Promise<Ranker<Row, L, Name>> {
  const { features, full, outside = 'warn', signal, budget } = options;
  const { objective, why } = objectiveOf(options);
  const progress = (step: Progress['step']): Tracker => ({
    signal,
    requests,
    onProgress: options.onProgress && ((share) => options.onProgress?.({ step, share })),
    patience: patienceOf(options),
  });
  const learners = approximateOf(options);
  const trained = await train({
    features,
    rows: problem.rows,
    labels: problem.labels,
    width: widthOf(problem.ranking.classes),
    numeric: problem.numeric,
    full,
    learners,
    profile: options.profile,
    batches: candidateBatches(problem.tuning),
    servedBatches: candidateBatches(problem.tuning, STREAM_BATCH),
    budget,
    clock: options.clock,
    random: problem.random.fork('training'),
    fits,
    signal,
    requests,
    progress,
  });
  // Tuning's patience is dropped: in service a call's own signal limits waiting.
  const fitted = trained.fitted.map(({ name, fitted }) => ({ name, fitted }));
  const tuned = await tuneBands(problem, trained, {
    features,
    learners,
    objective,
    budget,
    signal,
    clock: options.profile ? undefined : (options.clock ?? systemClock),
    progress,
  });
  const verdicts = await certifyBands(problem, trained, tuned, progress('certify'));
  const plans = problem.bands.map((band, b) =>
    bandPlan(band, verdicts[b], trained.full.reads, features.names, tuned.costs[b]),
  );
  return new Ranker({
    features,
    fitted,
    ranking: problem.ranking,
    full: trained.full,
    profile: tuned.profile,
    objective,
    outside,
    reference: trained.reference,
    plan: { classes: problem.ranking.classes, bands: plans },
    models: verdicts.map(({ served }) => modelsOf(served?.chain, tuned.stages)),
    certificate: {
      ...together(
        verdicts.map(({ certificate }) => certificate),
        problem,
      ),
      stability: trained.stability,
    },
    curves: verdicts.map((verdict, b) =>
      curveOf(tuned.searches[b], verdict, tuned.stages, problem.random.fork('willump')),
    ),
    tried: triedStages(tuned.stages),
    notes: [objectiveWords({ objective, why }), ...notesOf(problem, tuned.reductions)],
  });
}

function notesOf({ repeats }: { readonly repeats: FoundRepeats }, reductions: readonly string[]): string[] {
  return [
    ...repeatNotes(repeats),
    ...reductions.map((reduction) => `To keep within the budget: ${reduction}.`),
  ];
}

function repeatNotes({ areCopies, isEither, queries, candidates }: FoundRepeats): string[] {
  if (areCopies) {
    return queries === 0
      ? []
      : [
          `${count(queries)} of the queries equal another one and were left out; with \`repeats: true\` ` +
            'each is a draw of its own.',
        ];
  }
  const either = isEither
    ? [
        `${count(queries)} of the queries equal another one: the promise holds whether each is a draw of its own or ` +
          "they are copies of one, by two tests. `repeats: true` or `repeats: 'copies'` says which, and takes one.",
      ]
    : [];
  const found = [
    ...(queries > 0 && !isEither ? [`${count(queries)} of the queries equal another one`] : []),
    ...(candidates > 0 ? [`${count(candidates)} of the candidates equal a training row`] : []),
  ];
  if (found.length === 0) return either;
  return [
    ...either,
    `${found.join(', ')}: each counts as a draw of its own. If some were copied, pass \`repeats: 'copies'\`.`,
  ];
}

/** The models of a chain's stages: the very ones that were tried. */
function modelsOf(chain: RankChain | undefined, tried: readonly TriedRankStage[]) {
  return (chain?.stages ?? []).flatMap((stage) => tried.find((each) => each === stage)?.model ?? []);
}

function triedStages(stages: readonly TriedRankStage[]): TriedStage[] {
  const costOf = ({ alone }: TriedRankStage) => Math.min(...alone.values());
  return [...stages]
    .sort((a, b) => costOf(a) - costOf(b))
    .map(({ features, learner, target, prefix, output, alone }) => ({
      features,
      learner,
      target,
      prefix,
      output,
      alone: Object.fromEntries(alone),
    }));
}
