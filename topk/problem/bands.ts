import type { Label } from '../../cascades/internal.js';
import { REASONS } from '../../lib/report/words/index.js';
import { count } from '../../lib/util/count.js';
import type { Population, Range, TopKPromise } from '../types.js';
import { queriesNeeded, type TopKQuestion } from './bound.js';
import type { QueryParts } from './queries.js';
import type { Ranking } from './ranking.js';

/** Queries with K in one range, which have a plan and a promise of their own. */
export interface Band {
  readonly k: Range;
  readonly candidates: Range;
  /** The classes that its queries rank by; none for numbers, or where a function ranks. */
  readonly rankClass: readonly Label[];
  /** With the delta of this band. */
  readonly question: TopKQuestion;
  /** Certification queries of the band, and those of its second test; as many as the first where there is none. */
  readonly tests: number;
  readonly secondTests: number;
}

/** Why a band's queries can't certify anything; null if they may. */
export function shortageOf({ question, ...band }: Band, tuning: number): string | null {
  const tests = fewestTests(band);
  const needed = queriesNeeded(question);
  if (tests < needed) return REASONS.tooFew('queries', tests, count(needed));
  return tuning === 0 ? REASONS.noQueriesToTune : null;
}

/** A plan has to pass both tests: what it may lose is set by the smaller one. */
export function fewestTests({ tests, secondTests }: Pick<Band, 'tests' | 'secondTests'>): number {
  return Math.min(tests, secondTests);
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

export function bandPromise(
  { k, candidates, rankClass, question }: Band,
  population: Population,
): TopKPromise {
  const { metric, level, share, delta } = question;
  return { metric: metric.name, level, share: share ?? null, delta, k, candidates, rankClass, population };
}

/** The band of a K, or -1. */
export function bandAt(bands: readonly { readonly k: Range }[], k: number): number {
  return bands.findIndex((band) => isInside(band.k, k));
}

/** The bands that there are queries for. */
export function bandsOf(
  ranges: readonly Range[] | undefined,
  {
    tuning,
    certification,
    drawn,
    isTestedTwice,
  }: Pick<QueryParts<unknown>, 'tuning' | 'certification' | 'drawn' | 'isTestedTwice'>,
  question: TopKQuestion,
  ranking: Ranking<Label>,
): Band[] {
  const tests = certification.queries.filter(({ isUnseen = false }) => !isUnseen);
  const second = certification.queries.filter(({ isUnseen = false }) => isUnseen === isTestedTwice);
  const all = [...tuning.queries, ...tests];
  const given = ranges ?? [rangeOf(all.map(({ k }) => k))];
  const delta = question.delta / given.length;
  return given.map((range) => {
    const own = all.filter(({ k }) => isInside(range, k));
    const ks = [...own.map(({ k }) => k), ...(drawn.k ? overlap(range, drawn.k) : [])];
    const sizes = [...own.map(({ candidates }) => candidates.length), ...(drawn.candidates ?? [])];
    return {
      // A band may be wider than the K that were given; others have no evidence.
      k: own.length === 0 ? range : rangeOf(ks),
      rankClass: classesOf(ranking, own),
      candidates: own.length === 0 ? [0, 0] : rangeOf(sizes),
      question: { ...question, delta },
      tests: tests.filter(({ k }) => isInside(range, k)).length,
      secondTests: second.filter(({ k }) => isInside(range, k)).length,
    };
  });
}

/** The ends of the overlap of two ranges, or none. */
function overlap(one: Range, other: Range): readonly number[] {
  const [from, to] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
  return from <= to ? [from, to] : [];
}

function classesOf(
  { classes, by }: Ranking<Label>,
  queries: readonly { readonly rankClass: number }[],
): readonly Label[] {
  if (by) return [];
  return classes.filter((_, code) => queries.some(({ rankClass }) => rankClass === code));
}
