import { ndcgAtK, recallAtK } from '../problem/index.js';
import type { TopKAnswer, TopKMetric } from '../types.js';

/** One query's answer beside the full model's own. */
export interface QueryDiagnosis {
  readonly answer: TopKAnswer;
  /** The full model's top K. */
  readonly truth: TopKAnswer;
  /** Recall of the answer, 0 to 1, and its NDCG with gains by the full model's ranks. */
  readonly recall: number;
  readonly ndcg: number;
  /** By the metric that was given. */
  readonly value: number | undefined;
  /** Candidates missing from the answer: position, true rank from 1, and the full model's score. */
  readonly missed: readonly { readonly index: number; readonly rank: number; readonly score: number }[];
}

/** @param ranked every candidate, as the full model ranks it */
export function diagnosisOf(answer: TopKAnswer, ranked: TopKAnswer, metric?: TopKMetric): QueryDiagnosis {
  const k = answer.indices.length;
  const truth = {
    ...ranked,
    indices: ranked.indices.slice(0, k),
    scores: ranked.scores.slice(0, k),
    ranks: ranked.ranks.slice(0, k),
  };
  const last = ranked.indices.reduce((most, index) => Math.max(most, index), 0);
  const scores = new Float64Array(last + 1).fill(Number.NaN);
  ranked.indices.forEach((index, i) => {
    scores[index] = ranked.scores[i];
  });
  const judged = { answer: answer.indices, truth: truth.indices, scores };
  const found = new Set(answer.indices);
  return {
    answer,
    truth,
    recall: recallAtK.value(judged),
    ndcg: ndcgAtK.value(judged),
    value: metric?.value(judged),
    missed: Array.from(truth.indices, (index, i) => ({ index, rank: i + 1, score: truth.scores[i] })).filter(
      ({ index }) => !found.has(index),
    ),
  };
}
