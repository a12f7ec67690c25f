import { checkDelta, checkInside, checkKeys, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import {
  allowedErrors,
  bettingPValue,
  bettingRunPValue,
  binomialPValue,
  leastFrom,
  rowsNeeded,
} from '../../lib/stats/index.js';
import type { TopKMetric } from '../types.js';
import { checkedMetric, ndcgAtK, recallAtK } from './metrics.js';

interface BoundOptions {
  /**
   * If given, at least this share of queries reaches the level; otherwise the mean over queries
   * does.
   */
  readonly share?: number;
  /** The chance, at most, that the promise fails. @defaultValue 0.05 */
  readonly delta?: number;
}

/**
 * The metric of an answer against the full model's own top K: recall@K (precision@K is the same,
 * since both lists have K), NDCG@K with gains by the full model's ranks, or a metric of yours with
 * values in [0, 1].
 */
export type TopKBound =
  | (BoundOptions & { readonly recall: number })
  | (BoundOptions & { readonly precision: number })
  | (BoundOptions & { readonly ndcg: number })
  | (BoundOptions & { readonly metric: TopKMetric; readonly atLeast: number });

/** A bound, checked. */
export interface TopKQuestion {
  readonly metric: TopKMetric;
  readonly level: number;
  readonly share: number | undefined;
  readonly delta: number;
}

const NEEDS_EXACT =
  'no finite number of queries can show that nothing is ever missed, and a cut may always miss something. Ask for 0.999, say, or with ' +
  '`share` for the share of queries whose answer is complete; ranker.full.query() misses nothing';

/** @throws OptionError */
export function topKQuestion(bound: TopKBound | undefined): TopKQuestion {
  if (bound === undefined) throw new OptionError('bound', 'missing; expected { recall, delta }');
  if (typeof bound !== 'object' || bound === null) {
    throw new OptionError('bound', `expected { recall, delta }, got ${show(bound)}`);
  }
  checkKeys(bound, ['recall', 'precision', 'ndcg', 'metric', 'atLeast', 'share', 'delta'], 'bound.');
  const named = ['recall', 'precision', 'ndcg', 'metric'].filter((key) => key in bound);
  if (named.length !== 1) {
    throw new OptionError(
      'bound',
      `expected one of recall, precision, ndcg or metric, got ${named.join(' and ') || 'none'}`,
    );
  }
  const { share, delta = 0.05 } = bound;
  checkDelta('bound.delta', delta);
  if (share !== undefined) checkInside('bound.share', share);
  if ('atLeast' in bound && !('metric' in bound)) {
    throw new OptionError('bound.atLeast', `is for a metric of yours; ${named[0]} has its own level`);
  }
  const level = levelOf(bound);
  if (level === 1 && share === undefined) throw new OptionError(`bound.${keyOf(bound)}`, `1: ${NEEDS_EXACT}`);
  if (level !== 1) checkInside(`bound.${keyOf(bound)}`, level);
  return { metric: metricOf(bound), level, share, delta };
}

function levelOf(bound: TopKBound): number {
  if ('recall' in bound) return bound.recall;
  if ('precision' in bound) return bound.precision;
  return 'ndcg' in bound ? bound.ndcg : bound.atLeast;
}

function keyOf(bound: TopKBound): string {
  if ('recall' in bound) return 'recall';
  if ('precision' in bound) return 'precision';
  return 'ndcg' in bound ? 'ndcg' : 'atLeast';
}

function metricOf(bound: TopKBound): TopKMetric {
  if ('recall' in bound) return recallAtK;
  if ('precision' in bound) return { ...recallAtK, name: 'precision' };
  if ('ndcg' in bound) return ndcgAtK;
  const { metric } = bound;
  if (typeof metric?.value !== 'function' || typeof metric.name !== 'string') {
    throw new OptionError('bound.metric', `expected { name, value }, got ${show(metric)}`);
  }
  return checkedMetric(metric);
}

/**
 * The p-value of 'the promise isn't kept': for a mean by the betting bound on losses, for a share
 * of queries by the exact binomial test on those under the level.
 *
 * @param values the metric of independent queries, in an order that doesn't depend on them
 */
export function promisePValue(values: Float64Array, { level, share, delta }: TopKQuestion): number {
  if (share !== undefined) return binomialPValue(countUnder(values, level), values.length, 1 - share);
  return bettingPValue(
    values.map((value) => 1 - value),
    1 - level,
    delta,
  );
}

/** Queries that don't reach the level. */
export function countUnder(values: Float64Array, level: number): number {
  return values.reduce((sum, value) => sum + Number(value < level), 0);
}

/**
 * The fewest queries on which losing nothing at all would prove the promise; for a mean within some
 * in a thousand.
 */
export function queriesNeeded(question: TopKQuestion): number {
  const { level, share, delta } = question;
  if (share !== undefined) return rowsNeeded(1 - share, delta);
  const certifies = (n: number) => bettingRunPValue(0, n, 1 - level, delta) <= delta;
  return leastFrom(rowsNeeded(1 - level, delta), certifies);
}

/** Whether these values of some queries would pass if `tests` other queries had the same. */
export function wouldPass(values: Float64Array, question: TopKQuestion, tests: number): boolean {
  const { level, share, delta } = question;
  if (share !== undefined) {
    return countUnder(values, level) / values.length <= allowedErrors(tests, 1 - share, delta) / tests;
  }
  const repeated = new Float64Array(tests).map((_, i) => values[i % values.length]);
  return promisePValue(repeated, question) <= delta;
}
