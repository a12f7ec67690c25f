import { show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import { log2 } from '../../lib/util/math/index.js';
import type { JudgedAnswer, TopKMetric } from '../types.js';

/**
 * Recall@K against the full model's own top K. An answer has K as well, so that it is precision@K too.
 */
export const recallAtK: TopKMetric = {
  name: 'recall',
  value({ answer, truth }) {
    const wanted = new Set(truth);
    return answer.reduce((sum, candidate) => sum + Number(wanted.has(candidate)), 0) / truth.length;
  },
};

/**
 * NDCG@K (Järvelin and Kekäläinen, TOIS 2002) with gains by the full model's ranks: K for its best, K - 1 for the
 * next, … 1 for the last of its top K, and 0 for others. Scores themselves may be of any sign and scale, ranks are
 * not.
 */
export const ndcgAtK: TopKMetric = {
  name: 'ndcg',
  value({ answer, truth }) {
    const k = truth.length;
    const gains = new Map(Array.from(truth, (candidate, rank) => [candidate, k - rank]));
    const discounted = (list: Int32Array) =>
      list.reduce((sum, candidate, i) => sum + (gains.get(candidate) ?? 0) / log2(i + 2), 0);
    return discounted(answer) / discounted(truth);
  },
};

/** @throws OptionError for a value that isn't a metric */
export function checkMetric(metric: unknown): void {
  if (typeof metric === 'object' && metric !== null) {
    if ('value' in metric && typeof metric.value === 'function') return;
  }
  throw new OptionError('metric', `expected { name, value }, a function of an answer, got ${show(metric)}`);
}

/** A metric of the user's, whose values are checked. */
export function checkedMetric({ name, value }: TopKMetric): TopKMetric {
  return {
    name,
    value(judged: JudgedAnswer) {
      const found: unknown = value(judged);
      if (typeof found === 'number' && found >= 0 && found <= 1) return found;
      throw new DataError(
        `metric '${name}' gave ${show(found)}; expected a number from 0 to 1: scale it to that`,
      );
    },
  };
}
