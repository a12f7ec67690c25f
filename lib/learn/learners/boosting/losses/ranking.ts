import { exp, log, log1p } from '../../../../util/math/index.js';
import type { BoostingLoss } from './loss.js';

/**
 * Pairs of a query's rows, each in the order of their values: log(1 + exp(worse - better)),
 * averaged over the pairs (Burges et al., Learning to Rank using Gradient Descent, ICML 2005). A
 * query weighs as much as it has rows.
 */
export function pairwiseLoss(values: Float64Array, groups: Int32Array): BoostingLoss {
  const all = queries(groups, Int32Array.from(groups.keys()));
  const pairs = new Map(all.map((rows) => [rows, pairsIn(rows, values)]));
  return {
    outputs: 1,
    base: () => new Float64Array(1),
    differentiate(margins, firsts, seconds) {
      firsts.fill(0);
      seconds.fill(0);
      for (const [rows, count] of pairs) {
        const weight = rows.length / count;
        for (const better of rows) {
          for (const worse of rows) {
            if (!(values[better] > values[worse])) continue;
            const wrong = 1 / (1 + exp(margins[better] - margins[worse]));
            firsts[better] -= weight * wrong;
            firsts[worse] += weight * wrong;
            seconds[better] += weight * wrong * (1 - wrong);
            seconds[worse] += weight * wrong * (1 - wrong);
          }
        }
      }
    },
    mean(margins, of) {
      return meanOver(queries(groups, of), (rows) => {
        let loss = 0;
        for (const better of rows) {
          for (const worse of rows) {
            if (values[better] > values[worse]) loss += softplus(margins[worse] - margins[better]);
          }
        }
        return loss / Math.max(1, pairsIn(rows, values));
      });
    },
  };
}

/**
 * Cross-entropy between the softmax of a query's values and that of its margins (Cao et al., Learning to Rank: From
 * Pairwise Approach to Listwise Approach, ICML 2007). A query weighs as much as it has rows.
 */
export function listwiseLoss(values: Float64Array, groups: Int32Array): BoostingLoss {
  const all = queries(groups, Int32Array.from(groups.keys()));
  const targets = new Float64Array(values.length);
  for (const rows of all) softmax(values, rows, targets);
  const probabilities = new Float64Array(values.length);
  return {
    outputs: 1,
    base: () => new Float64Array(1),
    differentiate(margins, firsts, seconds) {
      for (const rows of all) {
        softmax(margins, rows, probabilities);
        for (const row of rows) {
          const probability = probabilities[row];
          firsts[row] = rows.length * (probability - targets[row]);
          seconds[row] = rows.length * probability * (1 - probability);
        }
      }
    },
    mean(margins, of) {
      return meanOver(queries(groups, of), (rows) => {
        const logSum = softmax(margins, rows, probabilities);
        let loss = 0;
        for (const row of rows) loss += targets[row] * (logSum - margins[row]);
        return loss;
      });
    },
  };
}

/** The rows of each query among `rows`. */
function queries(groups: Int32Array, rows: Int32Array): Int32Array[] {
  const found = new Map<number, number[]>();
  for (const row of rows) {
    const known = found.get(groups[row]);
    if (known) known.push(row);
    else found.set(groups[row], [row]);
  }
  return [...found.values()].map((members) => Int32Array.from(members));
}

function meanOver(all: readonly Int32Array[], loss: (rows: Int32Array) => number): number {
  const rows = all.reduce((sum, { length }) => sum + length, 0);
  return all.reduce((sum, query) => sum + query.length * loss(query), 0) / rows;
}

function pairsIn(rows: Int32Array, values: Float64Array): number {
  const sorted = Float64Array.from(rows, (row) => values[row]).sort();
  let pairs = 0;
  for (let i = 1, less = 0; i < sorted.length; i++) {
    if (sorted[i] > sorted[i - 1]) less = i;
    pairs += less;
  }
  return pairs;
}

function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}

/**
 * Writes the softmax of these rows' values; returns the logarithm of the sum of their exponentials.
 */
function softmax(numbers: Float64Array, rows: Int32Array, into: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const row of rows) if (numbers[row] > top) top = numbers[row];
  let sum = 0;
  for (const row of rows) {
    into[row] = exp(numbers[row] - top);
    sum += into[row];
  }
  for (const row of rows) into[row] /= sum;
  return top + log(sum);
}
