import { mean, median } from 'simple-statistics';
import { exp } from '../../lib/util/math/index.js';
import {
  bestOf,
  type CutKind,
  fitStopping,
  KINDS,
  type NeedyQuery,
  type TopKCut,
  widened,
} from '../cuts/index.js';
import type { Head } from './replay.js';
import { type JudgedQuery, pickColumn, type ScoreColumns } from './scoreTable.js';

/** One kind of cut on a stage's scores, as wide as half of the tuning queries need it; others are this one widened. */
export interface CutCandidate {
  readonly kind: CutKind;
  readonly served: TopKCut;
  /**
   * For a cut that was fitted to the tuning queries: the same cut fitted without each fold of them,
   * in turn.
   */
  readonly held: readonly TopKCut[];
}

/**
 * The cut for this tuning query, fitted without it. @param log of the factor by which it is widened
 */
export function cutFor({ served, held }: CutCandidate, q: number, log: number): TopKCut {
  return widened(held.length === 0 ? served : held[q % held.length], exp(log));
}

const FOLDS = 5;
/** A rule isn't learned from fewer. */
const FEWEST = 20;
const SHALLOWEST = 4;
const DEEPEST = 64;
/** Scores that a rule looks at, unless K alone is a part of that. */
const MOST_LOOKED_AT = 4_096;

/**
 * The kinds of cuts that can be tried on a stage. @param level of the metric: of the true top K, the part that must
 * be kept
 */
export async function cutCandidatesOf(
  columns: ScoreColumns,
  heads: readonly (Head | undefined)[],
  queries: readonly JudgedQuery[],
  level: number,
): Promise<CutCandidate[]> {
  const needs = queries.map((query, q) => needOf(pickColumn(columns, query), heads[q], query, level));
  const ratio = median(needs.map(({ count }, q) => count / queries[q].k));
  const margins = needs.map(({ margin }) => margin).filter(Number.isFinite);
  const margin = margins.length === 0 ? 0 : median(margins) || mean(margins);
  const learned =
    queries.length < FEWEST ? undefined : await learnedCut(columns, heads, queries, needs, ratio);
  const cutCandidates: (CutCandidate | undefined)[] = KINDS.map((kind) => {
    if (kind === 'ratio') return { kind, served: { kind, keep: ratio }, held: [] };
    return kind === 'margin' ? { kind, served: { kind, margin }, held: [] } : learned;
  });
  return cutCandidates.filter((candidate) => candidate !== undefined);
}

/** The width of a stage's cut at which a query keeps the required share of its true top K. */
interface Need {
  /** The number of the stage's best candidates. */
  readonly count: number;
  /** The distance from its K-th best score to the last of them. */
  readonly margin: number;
  /** The mean distance of the true top K under the K-th best score, as far as they are under it. */
  readonly shortfall: number;
}

/**
 * The number of a stage's best candidates that a query needs to keep the required share of its true
 * top K.
 */
export function neededOf(
  { columns }: { readonly columns: ScoreColumns },
  query: JudgedQuery,
  level: number,
): number {
  return needOf(pickColumn(columns, query), undefined, query, level).count;
}

function needOf(
  scores: Float64Array,
  head: Head | undefined,
  { k, truth }: JudgedQuery,
  level: number,
): Need {
  const best = head?.best ?? bestOf(scores, k);
  const last = best[Math.min(k, best.length) - 1];
  // Candidates without a score are never cut.
  const own = Float64Array.from(truth, (position) =>
    Number.isNaN(scores[position]) ? Number.POSITIVE_INFINITY : scores[position],
  );
  own.sort().reverse();
  const least = own[Math.max(1, Math.ceil(level * k - 1e-9)) - 1];
  let count = 0;
  for (let i = 0; i < scores.length; i++) if (!(scores[i] < least)) count++;
  const gaps = own.map((score) => Math.max(0, last - score)).filter(Number.isFinite);
  return { count, margin: Math.max(0, last - least), shortfall: gaps.length === 0 ? 0 : mean([...gaps]) };
}

async function learnedCut(
  columns: ScoreColumns,
  heads: readonly (Head | undefined)[],
  queries: readonly JudgedQuery[],
  needs: readonly Need[],
  ratio: number,
): Promise<CutCandidate> {
  const largest = queries.reduce((most, { k }) => Math.max(most, k), 1);
  const deepest = Math.min(DEEPEST, MOST_LOOKED_AT / largest);
  const depth = Math.max(SHALLOWEST, Math.min(deepest, Math.ceil(2 * ratio)));
  const spread = mean(needs.map(({ shortfall }) => shortfall)) || 1;
  const needy = queries.map((query, q): NeedyQuery => {
    const { k, candidates, rankClass } = query;
    const looked = Math.ceil(depth * k) + 1;
    const head = heads[q]?.best;
    const isEnough = head && (head.length >= looked || head.length === candidates.length);
    const best = isEnough ? head.subarray(0, looked) : bestOf(pickColumn(columns, query), looked);
    return { best, k, candidates: candidates.length, rankClass, needed: needs[q].count };
  });
  const fit = async (among: readonly NeedyQuery[]): Promise<TopKCut> => ({
    kind: 'learned',
    factor: 1,
    rule: await fitStopping(among, { spread, depth }),
  });
  const held: TopKCut[] = [];
  for (let fold = 0; fold < FOLDS; fold++) held.push(await fit(needy.filter((_, q) => q % FOLDS !== fold)));
  return { kind: 'learned', served: await fit(needy), held };
}
