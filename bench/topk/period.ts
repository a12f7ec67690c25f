import { mean, sum, weightedMean } from 'simple-statistics';
import type { Ranker } from 'spillway';
import { type CostedRankStage, queryCosts } from '../../topk/index.js';
import type { FlightRow, Lateness } from '../flights/data.js';
import type { FlightFeature } from '../flights/features.js';
import { type FilterQuery, keptBy, leastKept, PRECISION, ratioOfRecall, recallOf } from '../peers/filters.js';

/**
 * Answers to the queries of some days, by a ranker and by filters, and their costs by the profile.
 */

export type Tuned = Ranker<FlightRow, Lateness, FlightFeature>;

/** The cost of a candidate, by a ranker's profile, in a query of `candidates` candidates. */
export function costsIn({ profile, plan }: Tuned, candidates: number) {
  const outputs = plan.classes.length;
  return queryCosts(profile, plan.bands[0].full.features, 'throughput', candidates, outputs);
}

/** A filter by a model of cheap features in front of the full one, costed by a ranker's profile. */
export interface Filter {
  readonly ranker: Tuned;
  readonly stage: CostedRankStage;
}

export interface Answered {
  readonly recall: number;
  /** The share of queries whose recall is at least 95 %. */
  readonly reaching: number;
  /** Microseconds a candidate; the share of the candidates that the full model ranks. */
  readonly cost: number;
  readonly kept: number;
}

export interface Period {
  readonly queries: number;
  readonly candidates: number;
  /**
   * `sameRecall`: the cost of one ratio for all queries with the same recall, chosen afterwards.
   */
  readonly ranked: Readonly<Record<string, Answered & { readonly sameRecall: number }>>;
  readonly filters: Readonly<Record<string, Answered>>;
  readonly ideal: Answered;
  /** Microseconds a candidate where all are ranked by the full model. */
  readonly full: number;
}

export function filterBy(ranker: Tuned, features: readonly FlightFeature[], learner: string): Filter {
  const how = { target: 'labels', passed: false, prefix: null, output: 'scores' } as const;
  return { ranker, stage: { features, learner, ...how } };
}

export async function rankedBy(
  ranker: Tuned,
  days: readonly (readonly FlightRow[])[],
  truths: readonly FilterQuery[],
): Promise<Answered> {
  const stages = ranker.plan.bands[0].stages.map(
    (stage): CostedRankStage => ({ ...stage, passed: false, prefix: stage.prefix }),
  );
  const recalls: number[] = [];
  const reaches: (readonly number[])[] = [];
  for (const [q, day] of days.entries()) {
    const { k } = truths[q];
    const { indices, reached } = await ranker.query(day, k);
    recalls.push(indices.filter((row) => truths[q].full[row] > 0).length / k);
    reaches.push(reached);
  }
  const sizes = days.map(({ length }) => length);
  return answered(ranker, stages, recalls, reaches, sizes);
}

/** By one ratio for all queries. */
export function filteredBy(truths: readonly FilterQuery[], ratio: number, filter: Filter): Answered {
  return filtered(truths, ({ full, k }) => keptBy(ratio, k, full.length), filter);
}

/** The cost of ranking all, per candidate. */
export function costOfAll(ranker: Tuned, days: readonly { readonly length: number }[]): number {
  return weighed(
    days.map(({ length }) => length),
    (size) => costsIn(ranker, size).full,
  );
}

/** By a filter that knows how many each query needs. */
export function idealOf(truths: readonly FilterQuery[], filter: Filter): Answered {
  return filtered(truths, (query) => leastKept(query, PRECISION), filter);
}

/** The cost of the least ratio that has this recall. */
export function costAtRecall(truths: readonly FilterQuery[], recall: number, filter: Filter): number {
  return filteredBy(truths, ratioOfRecall(truths, recall), filter).cost;
}

function filtered(
  truths: readonly FilterQuery[],
  keep: (query: FilterQuery) => number,
  { ranker, stage }: Filter,
): Answered {
  const counts = truths.map(keep);
  return answered(
    ranker,
    [stage],
    truths.map((query, q) => recallOf(query, counts[q])),
    truths.map(({ full }, q) => [1, counts[q] / full.length]),
    truths.map(({ full }) => full.length),
  );
}

/** @param reaches of each query the share of its candidates that gets to each stage, the full model last */
function answered(
  ranker: Tuned,
  stages: readonly CostedRankStage[],
  recalls: readonly number[],
  reaches: readonly (readonly number[])[],
  sizes: readonly number[],
): Answered {
  return {
    recall: mean(recalls),
    reaching: recalls.filter((recall) => recall >= PRECISION - 1e-9).length / recalls.length,
    cost: weighed(sizes, (size, q) => sum(costsIn(ranker, size).stages(stages, reaches[q]))),
    kept: weighed(sizes, (_, q) => reaches[q][stages.length]),
  };
}

/** The mean over candidates, not queries. */
function weighed(sizes: readonly number[], of: (size: number, q: number) => number): number {
  return weightedMean(sizes.map(of), sizes);
}
