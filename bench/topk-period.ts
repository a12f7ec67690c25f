import type { Ranker } from 'spillway';
import { type CostedStage, stageParts } from '../cascades/stages/index.js';
import { type Cost, costOf, featureCosts, modelCost } from '../lib/profile/index.js';
import type { FlightRow, Lateness } from './flights-data.js';
import type { FlightFeature } from './flights-features.js';
import { type FilterQuery, keptBy, leastKept, PRECISION, recallOf } from './peers/filters.js';

/** How the queries of some days are answered, by a ranker and by filters, and what that costs by the profile. */

export type Tuned = Ranker<FlightRow, Lateness, FlightFeature>;

/** What a stage has to compute; each query pays a batch of its own. */
export type Parts = readonly Cost[];

/** What a filter computes of all candidates, and of those that it keeps. */
export interface FilterParts {
  readonly all: Parts;
  readonly kept: Parts;
}

export interface Answered {
  readonly recall: number;
  /** Of queries whose recall is at least 95 %. */
  readonly reaching: number;
  /** Microseconds a candidate; the share of the candidates that the full model ranks. */
  readonly cost: number;
  readonly kept: number;
}

export interface Period {
  readonly queries: number;
  readonly candidates: number;
  /** `sameRecall`: what one ratio for all queries costs that has the same recall, chosen afterwards. */
  readonly ranked: Readonly<Record<string, Answered & { readonly sameRecall: number }>>;
  readonly filters: Readonly<Record<string, Answered>>;
  readonly ideal: Answered;
  /** Microseconds a candidate where all are ranked by the full model. */
  readonly full: number;
}

/** A filter by a model of cheap features, in front of the full one. */
export function filterParts(
  { profile, plan }: Tuned,
  cheap: readonly FlightFeature[],
  learner: string,
): FilterParts {
  const { features } = plan.bands[0].full;
  return {
    all: [...featureCosts(profile, cheap), modelCost(profile, learner, cheap)],
    kept: [...featureCosts(profile, features, cheap), ...(profile.full ? [profile.full] : [])],
  };
}

export async function rankedBy(
  ranker: Tuned,
  days: readonly (readonly FlightRow[])[],
  truths: readonly FilterQuery[],
): Promise<Answered> {
  const { stages, full } = ranker.plan.bands[0];
  const costed = stages.map((stage): CostedStage => ({ ...stage, passed: undefined, cut: stage.rounds }));
  const parts = stageParts(ranker.profile, costed, full.features);
  const recalls: number[] = [];
  const reaches: (readonly number[])[] = [];
  for (const [q, day] of days.entries()) {
    const { k } = truths[q];
    const { indices, reached } = await ranker.query(day, k);
    recalls.push(indices.filter((row) => truths[q].full[row] > 0).length / k);
    reaches.push(reached);
  }
  return answered(
    recalls,
    parts,
    reaches,
    days.map(({ length }) => length),
  );
}

/** By one ratio for all queries. */
export function filteredBy(truths: readonly FilterQuery[], ratio: number, parts: FilterParts): Answered {
  return filtered(truths, ({ full, k }) => keptBy(ratio, k, full.length), parts);
}

/** What it costs to rank all, a candidate. */
export function costOfAll({ profile, plan }: Tuned, days: readonly { readonly length: number }[]): number {
  const parts = [
    ...featureCosts(profile, plan.bands[0].full.features),
    ...(profile.full ? [profile.full] : []),
  ];
  const sizes = days.map(({ length }) => length);
  return answered(
    [],
    [parts],
    sizes.map(() => [1]),
    sizes,
  ).cost;
}

/** By a filter that knows how many each query needs. */
export function idealOf(truths: readonly FilterQuery[], parts: FilterParts): Answered {
  return filtered(truths, (query) => leastKept(query, PRECISION), parts);
}

/** The cost of the least ratio that has this recall. */
export function costAtRecall(truths: readonly FilterQuery[], recall: number, parts: FilterParts): number {
  const k = Math.min(...truths.map((query) => query.k));
  let [low, high] = [1, Math.max(...truths.map(({ full }) => full.length)) / k];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (filteredBy(truths, middle, parts).recall >= recall) high = middle;
    else low = middle;
  }
  return filteredBy(truths, high, parts).cost;
}

function filtered(
  truths: readonly FilterQuery[],
  keep: (query: FilterQuery) => number,
  { all, kept }: FilterParts,
): Answered {
  const counts = truths.map(keep);
  return answered(
    truths.map((query, q) => recallOf(query, counts[q])),
    [all, kept],
    truths.map(({ full }, q) => [1, counts[q] / full.length]),
    truths.map(({ full }) => full.length),
  );
}

/**
 * Costs and shares are of candidates, not of queries.
 *
 * @param reaches of each query the share of its candidates that gets to each of the parts, the full model last
 */
function answered(
  recalls: readonly number[],
  parts: readonly Parts[],
  reaches: readonly (readonly number[])[],
  sizes: readonly number[],
): Answered {
  const all = sizes.reduce((sum, count) => sum + count, 0);
  const weighed = (of: (q: number) => number) => sizes.reduce((sum, size, q) => sum + of(q) * size, 0) / all;
  return {
    recall: average(recalls),
    reaching: recalls.filter((recall) => recall >= PRECISION - 1e-9).length / recalls.length,
    cost: weighed((q) =>
      parts.reduce((sum, each, s) => sum + costOf(each, 'throughput', reaches[q][s], 1 / sizes[q]), 0),
    ),
    kept: weighed((q) => reaches[q][parts.length - 1]),
  };
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
