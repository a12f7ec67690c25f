import type { SklearnLabel } from 'spillway/exchange';
import type { TrainedModel, TrainedRegression } from 'spillway/full';

/** The position of the class that a row's answers mean: the likeliest, or the one that has a threshold. */
export function labelFrom(
  full: TrainedModel<SklearnLabel> | TrainedRegression,
): (answers: Float64Array) => number {
  const { labels, decision } = 'labels' in full ? full : { labels: [], decision: undefined };
  const threshold = labels.findIndex((label) => decision?.threshold[`${label}`] !== undefined);
  const least = decision?.threshold[`${labels[threshold]}`] ?? 0;
  return (answers) => {
    if (threshold !== -1) return answers[threshold] >= least ? threshold : 1 - threshold;
    let best = 0;
    for (let c = 1; c < answers.length; c++) if (answers[c] > answers[best]) best = c;
    return best;
  };
}
