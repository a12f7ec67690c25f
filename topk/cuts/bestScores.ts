import { bestValues } from '../select/index.js';

/** The scores of a query's candidates, as far as a stopping rule looks at them. */
export interface BestScores {
  /** The number of scores. */
  readonly length: number;
  /** The score at this rank, 0 the best. Only ranks below 2 K are needed. */
  at(place: number): number;
  /** The number of scores that aren't under a threshold. */
  countAtLeast(score: number): number;
}

/** Wraps sorted scores, best first. */
export function ordered(best: Float64Array): BestScores {
  return {
    length: best.length,
    at: (place) => best[place],
    countAtLeast: (score) => countAtLeast(best, score),
  };
}

/** The number of these, best first, that aren't under a threshold. */
export function countAtLeast(best: Float64Array, threshold: number): number {
  let [low, high] = [0, best.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (best[middle] < threshold) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** From scores in any order, none of them NaN. It sorts no more of them than needed. */
export function unordered(scores: Float64Array, k: number): BestScores {
  const best = bestValues(scores, Math.min(scores.length, 2 * k));
  return {
    length: scores.length,
    at: (place) => best[place],
    countAtLeast(score) {
      let count = 0;
      for (let i = 0; i < scores.length; i++) if (scores[i] >= score) count++;
      return count;
    },
  };
}
