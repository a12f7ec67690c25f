import type { Label } from '../types/index.js';
import type { TopKQuestion } from './bound.js';
import { methodOf, observe, UNKEPT, walkPath } from './certify.js';
import { cutsAt, outcomeAt, type RankChain, type Trial } from './chain.js';
import type { QueryCosts } from './costs.js';
import { queriesNeeded } from './evidence.js';
import type { ScoredStage } from './funnel.js';
import type { QueryParts } from './queries.js';
import type { Ranking } from './ranking.js';
import type { FoundChain } from './search.js';
import type { JudgedQuery } from './tables.js';
import type { BandCertificate, BandPlan, Population, Range, TopKPromise } from './terms.js';

/** Queries whose K are in one range: they have a plan and a promise of their own. */
export interface Band {
  readonly k: Range;
  readonly candidates: Range;
  /** The classes that its queries rank by; none for numbers, or where a function ranks. */
  readonly of: readonly Label[];
  /** With the delta of this band. */
  readonly question: TopKQuestion;
  /** Certification queries of the band. */
  readonly tests: number;
}

/** What was found for a band on the tuning queries: a chain with the path to test, or why there is nothing to test. */
export type BandSearch =
  | { readonly found: FoundChain; readonly path: readonly number[]; readonly trial: Trial }
  | { readonly reason: string };

/** Why a band's queries can't certify anything; null where they may. */
export function shortageOf({ question, tests }: Band, tuning: number): string | null {
  const needed = queriesNeeded(question);
  if (tests < needed) {
    return `too few certification queries: ${tests}, where even without a single loss ${needed} are needed`;
  }
  return tuning === 0 ? 'no queries are left to choose a plan on' : null;
}

/** The range of some numbers. */
export function rangeOf(numbers: readonly number[]): Range {
  return [
    numbers.reduce((least, number) => Math.min(least, number)),
    numbers.reduce((most, number) => Math.max(most, number)),
  ];
}

export function isInside(range: Range, number: number): boolean {
  return number >= range[0] && number <= range[1];
}

/** How a band is served, and what of it is promised. */
export interface BandVerdict {
  readonly certificate: BandCertificate;
  /** The chain that is served and the width of its cuts; none where the full model scores every candidate. */
  readonly served: { readonly chain: RankChain; readonly log: number; readonly trial: Trial } | undefined;
}

/** @param stages those of the band's chain, scored on the certification queries */
export function judgeBand(
  band: Band,
  search: BandSearch,
  stages: readonly ScoredStage[],
  queries: readonly JudgedQuery[],
  population: Population,
): BandVerdict {
  const { question, tests } = band;
  const needed = queriesNeeded(question);
  const terms = {
    promise: promiseOf(band, population),
    method: methodOf(question),
    queries: tests,
    queriesNeeded: tests < needed ? needed : null,
  };
  const refused = (reason: string, observed = observe(new Float64Array(0), question.level)): BandVerdict => ({
    certificate: { ...terms, verdict: 'full-model-only', reason, observed },
    served: undefined,
  });
  if ('reason' in search) return refused(search.reason);
  const { found, path, trial } = search;
  const own = queries.flatMap((query, q) => (isInside(band.k, query.k) ? [q] : []));
  const among = own.map((q) => queries[q]);
  const { step, observed } = walkPath(found.chain, path, stages, among, own, question);
  if (step < 0) return refused(UNKEPT, observed);
  const log = path[step];
  if (outcomeAt(found.chain, log, trial).cost >= trial.costs.full) {
    return refused('no plan that could be shown to keep the promise is cheaper than to score all', observed);
  }
  const certificate: BandCertificate = { ...terms, verdict: 'certified', reason: null, observed };
  return { certificate, served: { chain: found.chain, log, trial } };
}

export function promiseOf({ k, candidates, of, question }: Band, population: Population): TopKPromise {
  const { metric, level, share, delta } = question;
  return { metric: metric.name, level, share: share ?? null, delta, k, candidates, of, population };
}

/** A band's plan, with what is to be expected of it. */
export function bandPlan<Name extends string>(
  band: Band,
  { served }: BandVerdict,
  reads: readonly string[],
  names: readonly Name[],
  { full: whole }: QueryCosts,
): BandPlan<Name> {
  const named = (features: readonly string[]) =>
    features.flatMap((feature) => names.filter((name) => name === feature));
  if (served === undefined) {
    return {
      k: band.k,
      stages: [],
      pruning: null,
      full: { features: named(reads), reach: 1, cost: whole },
      expected: { cost: whole, fullCost: whole, speedup: 1 },
    };
  }
  const { chain, log, trial } = served;
  const { cost, reach } = outcomeAt(chain, log, trial);
  // Of those who get there.
  const costs = trial.costs.stages(chain.stages, reach).map((cost, s) => cost / reach[s]);
  const cuts = cutsAt(chain, log);
  const stages = chain.stages.map(({ features, learner, target, prefix, output }, s) => ({
    features: named(features),
    learner,
    target,
    rounds: prefix,
    output,
    cut: cuts[s],
    reach: reach[s],
    cost: costs[s],
  }));
  const last = stages.length;
  return {
    k: band.k,
    stages,
    pruning: null,
    full: { features: named(reads), reach: reach[last], cost: costs[last] },
    expected: { cost, fullCost: whole, speedup: whole / cost },
  };
}

/** The band of a K, or -1. */
export function bandAt(bands: readonly { readonly k: Range }[], k: number): number {
  return bands.findIndex((band) => isInside(band.k, k));
}

/** The bands that there are queries for. */
export function bandsOf(
  ranges: readonly Range[] | undefined,
  { tuning, certification, drawn }: Pick<QueryParts<unknown>, 'tuning' | 'certification' | 'drawn'>,
  question: TopKQuestion,
  ranking: Ranking<Label>,
): Band[] {
  const tests = certification.queries;
  const all = [...tuning.queries, ...tests];
  const given = ranges ?? [rangeOf(all.map(({ k }) => k))];
  const delta = question.delta / given.length;
  return given.map((range) => {
    const own = all.filter(({ k }) => isInside(range, k));
    const ks = [...own.map(({ k }) => k), ...(drawn.k ? overlap(range, drawn.k) : [])];
    const sizes = [...own.map(({ candidates }) => candidates.length), ...(drawn.candidates ?? [])];
    return {
      // A band may be wider than what was given: of other K nothing is known.
      k: own.length === 0 ? range : rangeOf(ks),
      of: classesOf(ranking, own),
      candidates: own.length === 0 ? [0, 0] : rangeOf(sizes),
      question: { ...question, delta },
      tests: tests.filter(({ k }) => isInside(range, k)).length,
    };
  });
}

/** Where two ranges overlap: its ends, or none. */
function overlap(one: Range, other: Range): readonly number[] {
  const [from, to] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
  return from <= to ? [from, to] : [];
}

function classesOf(
  { classes, by }: Ranking<Label>,
  queries: readonly { readonly of: number }[],
): readonly Label[] {
  if (by) return [];
  return classes.filter((_, code) => queries.some(({ of }) => of === code));
}
