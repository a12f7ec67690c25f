import { mean, min } from 'simple-statistics';
import { type Label, type Tracker, verdictOf } from '../../cascades/internal.js';
import { REASONS } from '../../lib/report/words/index.js';
import { fixedSequence } from '../../lib/stats/index.js';
import {
  type Band,
  bandPromise,
  countUnder,
  fewestTests,
  isInside,
  promisePValue,
  queriesNeeded,
  stageNumbers,
  type TopKProblem,
  type TopKQuestion,
} from '../problem/index.js';
import {
  type BandSearch,
  cutsAt,
  fullReader,
  headsOf,
  type JudgedQuery,
  judge,
  metricValue,
  outcomeAt,
  type RankChain,
  type RankTraining,
  replay,
  type ScoredStage,
  scoreQueryRows,
  type Trial,
  type TunedBands,
} from '../search/index.js';
import type { BandCertificate, ObservedMetric, TopKCertificate } from '../types.js';

/** A path's results on the certification queries. */
export interface WalkedPath {
  /** Place on the path of the plan to serve; -1: all candidates are kept. */
  readonly step: number;
  readonly observed: ObservedMetric;
  readonly unseen?: ObservedMetric;
}

/**
 * Walks a path from 'keep all', where nothing can be lost, to more aggressive plans, and stops at the first that
 * can't be shown to keep the promise (fixed-sequence testing: each test may spend all of delta, since the walk ends
 * at the first failure).
 *
 * @param path widths of the chain's cuts, from conservative to aggressive, chosen without these queries
 * @param stages the chain's, scored on these queries
 */
export function walkPath(
  chain: RankChain,
  path: readonly number[],
  stages: readonly ScoredStage[],
  queries: readonly JudgedQuery[],
  places: readonly number[],
  question: TopKQuestion,
  isTestedTwice: boolean,
): WalkedPath {
  const whole = wholeValues(queries, question);
  const valuesOf = (step: number): Float64Array => {
    if (step < 0) return whole;
    const cuts = cutsAt(chain, path[step]);
    return Float64Array.from(queries, (query, q) =>
      query.isLost ? 0 : metricValue(question.metric, query, replay(stages, cuts, query, places[q]).left),
    );
  };
  /** The promised queries, and those of the second test if there is one. */
  const parts = (values: Float64Array) =>
    (isTestedTwice ? [false, true] : [false]).map((wanted) =>
      values.filter((_, q) => (queries[q].isUnseen ?? false) === wanted),
    );
  // A plan has to pass on both, so each test may spend all of delta.
  const pValue = (i: number) =>
    Math.max(...parts(valuesOf(i - 1)).map((part) => promisePValue(part, question)));
  const step = Math.max(-1, fixedSequence(pValue, path.length + 1, question.delta) - 1);
  const [observed, unseen] = parts(valuesOf(step)).map((part) => observe(part, question.level));
  return { step, observed, ...(unseen && { unseen }) };
}

/**
 * The metric of each query where all candidates are kept: 1, or less by a metric of the user's that the truth itself
 * doesn't reach.
 */
function wholeValues(queries: readonly JudgedQuery[], { metric }: TopKQuestion): Float64Array {
  return Float64Array.from(queries, ({ truth, full, isLost }) =>
    isLost ? 0 : metric.value({ answer: truth, truth, scores: full }),
  );
}

function observe(values: Float64Array, level: number): ObservedMetric {
  return {
    mean: values.length === 0 ? 0 : mean([...values]),
    least: min([1, ...values]),
    under: countUnder(values, level),
  };
}

/** The test of a promise, in words. */
function methodOf({ share }: TopKQuestion): string {
  return share === undefined
    ? 'betting bound on the mean, fixed sequence'
    : 'exact binomial test of the share of queries, fixed sequence';
}

/** How a band is served, and its promise. */
export interface BandVerdict {
  readonly certificate: BandCertificate;
  /** The chain that is served and the width of its cuts; none if the full model scores every candidate. */
  readonly served: { readonly chain: RankChain; readonly log: number; readonly trial: Trial } | undefined;
}

/** @param stages the band's chain, scored on the certification queries */
function judgeBand(
  band: Band,
  search: BandSearch,
  stages: readonly ScoredStage[],
  queries: readonly JudgedQuery[],
  { population, isTestedTwice }: Pick<TopKProblem<never, Label>, 'population' | 'isTestedTwice'>,
): BandVerdict {
  const { question, tests, secondTests } = band;
  const needed = queriesNeeded(question);
  const terms = {
    promise: bandPromise(band, population),
    method: methodOf(question),
    queries: tests,
    ...(isTestedTwice && { unseenQueries: secondTests }),
    queriesNeeded: fewestTests(band) < needed ? needed : null,
  };
  const nothing = { observed: observe(new Float64Array(0), question.level) };
  const refused = (reason: string, seen: Omit<WalkedPath, 'step'> = nothing): BandVerdict => ({
    certificate: { ...terms, ...verdictOf(reason), ...seen },
    served: undefined,
  });
  if ('reason' in search) return refused(search.reason);
  const { found, path, trial } = search;
  const own = queries.flatMap((query, q) => (isInside(band.k, query.k) ? [q] : []));
  const among = own.map((q) => queries[q]);
  const { step, ...seen } = walkPath(found.chain, path, stages, among, own, question, isTestedTwice);
  if (step < 0) return refused(REASONS.noCutKept, seen);
  const log = path[step];
  if (outcomeAt(found.chain, log, trial).cost >= trial.costs.full) {
    return refused(REASONS.noCutCheaper, seen);
  }
  return {
    certificate: { ...terms, ...verdictOf(null), ...seen },
    served: { chain: found.chain, log, trial },
  };
}

/** Tests every band's path on the certification queries, which are looked at here and nowhere else. */
export async function certifyBands<Row, L extends Label, Name extends string>(
  problem: TopKProblem<Row, L>,
  trained: RankTraining<Row, Name>,
  { searches, stages }: Pick<TunedBands<string>, 'searches' | 'stages'>,
  tracker: Tracker,
): Promise<BandVerdict[]> {
  const { bands, certification, ranking } = problem;
  const chains = searches.map((search) => ('found' in search ? search.found.chain.stages : []));
  const needed = stages.filter((stage) => chains.some((chain) => chain.includes(stage)));
  if (needed.length === 0) {
    return bands.map((band, b) => judgeBand(band, searches[b], [], [], problem));
  }
  const readers = needed.map(({ model, features, output }) => ({
    model,
    features,
    output,
    numbers: stageNumbers,
  }));
  const [answers, ...columns] = await scoreQueryRows(
    trained.computing,
    [fullReader(trained), ...readers],
    certification,
    ranking,
    tracker,
  );
  const queries = judge(certification, answers, trained.full.model.name);
  const scored = new Map(
    needed.map((stage, i) => {
      // Later stages score only the candidates that are left.
      const isFirst = chains.some(([first]) => first === stage);
      return [
        stage,
        { columns: columns[i], ...(isFirst && { heads: headsOf(columns[i], queries) }) },
      ] as const;
    }),
  );
  return bands.map((band, b) => {
    const own = chains[b].flatMap((stage) => {
      const known = needed.find((each) => each === stage);
      return (known && scored.get(known)) ?? [];
    });
    return judgeBand(band, searches[b], own, queries, problem);
  });
}

/** The certificate of all bands together. */
export function together(
  bands: readonly BandCertificate[],
  { delta, repeats }: Pick<TopKProblem<never, Label>, 'delta' | 'repeats'>,
): TopKCertificate {
  const refused = bands.filter(({ verdict }) => verdict !== 'certified');
  const reasons = refused.map(({ reason, promise: { k } }) =>
    bands.length === 1 ? reason : `K from ${k[0]} to ${k[1]}: ${reason}`,
  );
  return {
    ...verdictOf(refused.length === 0 ? null : reasons.join('; ')),
    delta,
    repeats: repeats.areCopies ? 'copies' : repeats.isEither ? 'either' : 'draws',
    ...(repeats.areCopies && repeats.queries > 0 && { copies: repeats.queries }),
    bands,
  };
}
