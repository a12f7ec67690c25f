import { fixedSequence } from '../../lib/stats/index.js';
import type { TopKQuestion } from './bound.js';
import { cutsAt, type RankChain } from './chain.js';
import { countUnder, promisePValue } from './evidence.js';
import { metricValue, passage, type ScoredStage } from './funnel.js';
import type { JudgedQuery } from './tables.js';
import type { BandCertificate } from './terms.js';

/** Why no plan is served. */
export const UNKEPT = 'no plan that cuts could be shown to keep the promise';

/** What certification queries say of a path. */
export interface WalkedPath {
  /** Place on the path of the plan to serve; -1: all candidates are kept. */
  readonly step: number;
  readonly observed: BandCertificate['observed'];
}

/**
 * Walks a path from 'keep all', where nothing can be lost, to bolder plans, and stops at the first that can't be shown to keep the promise
 * (fixed-sequence testing: each test may spend all of delta, since the walk ends at the first failure).
 *
 * @param path widths of the chain's cuts, from careful to bold, chosen without these queries
 * @param stages the chain's, scored on these queries
 */
export function walkPath(
  chain: RankChain,
  path: readonly number[],
  stages: readonly ScoredStage[],
  queries: readonly JudgedQuery[],
  places: readonly number[],
  question: TopKQuestion,
): WalkedPath {
  const whole = wholeValues(queries, question);
  const valuesOf = (step: number): Float64Array => {
    if (step < 0) return whole;
    const cuts = cutsAt(chain, path[step]);
    return Float64Array.from(queries, (query, q) =>
      metricValue(question.metric, query, passage(stages, cuts, query, places[q]).left),
    );
  };
  const pValue = (i: number) => promisePValue(valuesOf(i - 1), question);
  const step = Math.max(-1, fixedSequence(pValue, path.length + 1, question.delta) - 1);
  return { step, observed: observe(valuesOf(step), question.level) };
}

/** The metric of each query where all candidates are kept: 1, or less by a metric of the user's that the truth itself doesn't reach. */
export function wholeValues(queries: readonly JudgedQuery[], { metric }: TopKQuestion): Float64Array {
  return Float64Array.from(queries, ({ truth, full }) =>
    metric.value({ answer: truth, truth, scores: full }),
  );
}

export function observe(values: Float64Array, level: number): BandCertificate['observed'] {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length),
    least: values.reduce((least, value) => Math.min(least, value), 1),
    under: countUnder(values, level),
  };
}

/** The test of a promise, in words. */
export function methodOf({ share }: TopKQuestion): string {
  return share === undefined
    ? 'betting bound on the mean, fixed sequence'
    : 'exact binomial test of the share of queries, fixed sequence';
}
