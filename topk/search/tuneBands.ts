import { mean } from 'simple-statistics';
import type { Label, Tracker } from '../../cascades/internal.js';
import type { Clock, Objective, Profile } from '../../lib/costs/index.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import { REASONS } from '../../lib/report/words/index.js';
import { fewestTests, isInside, rankNumbers, shortageOf, type TopKProblem } from '../problem/index.js';
import { type FoundChain, searchRankChain, widthPath } from './chainSearch.js';
import { type QueryCosts, queryCosts } from './queryCosts.js';
import type { Trial } from './rankChain.js';
import { type JudgedQuery, judge, type RankReader, scoreQueryRows } from './scoreTable.js';
import { type TriedRankStage, tryRankStages } from './stageCandidates.js';
import { measureSurvivors } from './survivorCosts.js';
import type { RankTraining } from './training.js';

export interface TuningOptions<Row, Name extends string> {
  readonly learners: readonly Learner[];
  readonly objective: Objective;
  readonly budget: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Times how costs rise for the best candidates. `undefined`: the profile was given. */
  readonly clock: Clock | undefined;
  readonly features: FeatureSet<Row, Name>;
  readonly progress: (step: 'full model' | 'stages' | 'search') => Tracker;
}

/**
 * The result of a band's search on the tuning queries: a chain with the path to test, or the reason
 * why there is nothing to test.
 */
export type BandSearch =
  | { readonly found: FoundChain; readonly path: readonly number[]; readonly trial: Trial }
  | { readonly reason: string };

/** Results on the tuning queries: the stages that were tried, and each band's path to test. */
export interface TunedBands<Name extends string> {
  /** With costs as measured on the tuning queries. */
  readonly profile: Profile<Name>;
  readonly stages: readonly TriedRankStage[];
  readonly searches: readonly BandSearch[];
  /** Costs of candidates of each band's queries. */
  readonly costs: readonly QueryCosts[];
  /** Reductions of the search that the budget forced, in words. */
  readonly reductions: readonly string[];
}

/**
 * Chains are compared on this many of the queries, or more if they are small; the widths of the
 * chain that is found are set on all.
 */
const SEARCHED = 50;
const MOST_SEARCHED = 1_000;
const SEARCHED_CANDIDATES = 100_000;

/** Tries stages on the tuning queries, and finds each band the chain that costs least. */
export async function tuneBands<Row, L extends Label, Name extends string>(
  { bands, tuning, ranking, random }: TopKProblem<Row, L>,
  trained: RankTraining<Row, Name>,
  { features, learners, objective, budget, signal, clock, progress }: TuningOptions<Row, Name>,
): Promise<TunedBands<Name>> {
  const { computing, full } = trained;
  const [answers] = await scoreQueryRows(
    computing,
    [fullReader(trained)],
    tuning,
    ranking,
    progress('full model'),
  );
  const queries = judge(tuning, answers, full.model.name);
  const profile =
    clock === undefined
      ? trained.profile
      : await measureSurvivors(features, trained, {
          set: tuning,
          queries,
          clock,
          random: random.fork('survivors'),
          signal,
        });
  const own = bands.map((band) => queries.flatMap(({ k }, q) => (isInside(band.k, k) ? [q] : [])));
  const shortages = bands.map((band, b) => shortageOf(band, own[b].length));
  const costsOf = (among: readonly number[]) =>
    queryCosts(profile, full.reads, objective, meanSize(queries, among), ranking.width);
  const costs = own.map(costsOf);
  const trialOf = (among: readonly number[], band: (typeof bands)[number], costs: QueryCosts): Trial => ({
    queries: among.map((q) => queries[q]),
    places: among,
    question: band.question,
    tests: fewestTests(band),
    costs,
    signal,
    aligned: new Map(),
  });
  const searched = (among: readonly number[]) =>
    some(
      among,
      Math.min(MOST_SEARCHED, Math.max(SEARCHED, Math.trunc(SEARCHED_CANDIDATES / meanSize(queries, among)))),
    );
  const usable = bands.flatMap((band, b) => (shortages[b] === null ? [{ band, own: own[b] }] : []));
  const all = usable.flatMap((each) => each.own);
  const { stages, reductions } =
    usable.length === 0
      ? { stages: [], reductions: [] }
      : await tryRankStages({
          trained,
          learners,
          set: tuning,
          queries,
          ranking,
          budget,
          // Stages serve all bands; they are compared by the bound of the first one.
          trial: trialOf(searched(all), usable[0].band, costsOf(all)),
          tracker: progress('stages'),
        });
  const searches = bands.map((band, b): BandSearch => {
    const reason = shortages[b];
    if (reason !== null) return { reason };
    const trial = trialOf(own[b], band, costs[b]);
    const found = searchRankChain(stages, trialOf(searched(own[b]), band, costs[b]), trial);
    progress('search').onProgress?.((b + 1) / bands.length);
    return found === undefined ? { reason: REASONS.noCut } : { found, path: widthPath(found, trial), trial };
  });
  return { profile, stages, searches, costs, reductions };
}

/** At most `most` items, evenly spaced. */
function some(all: readonly number[], most: number): readonly number[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]);
}

/** The mean number of candidates of these queries; of all queries if there are none. */
function meanSize(queries: readonly JudgedQuery[], among: readonly number[]): number {
  if (among.length === 0) return queries.length === 0 ? 1 : meanSize(queries, [...queries.keys()]);
  return mean(among.map((q) => queries[q].candidates.length));
}

export function fullReader<Row, Name extends string>({
  full,
  remembered,
}: RankTraining<Row, Name>): RankReader<Row> {
  return { model: full.model, features: full.reads, numbers: rankNumbers, remembered };
}
