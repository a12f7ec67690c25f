/**
 * How class probabilities become an answer: the likeliest class; for two classes, the second where its probability
 * reaches a threshold; or the class of least expected cost, where `costs[truth][answer]` is what an answer costs.
 */
export type Decision =
  | { readonly kind: 'argmax' }
  | { readonly kind: 'threshold'; readonly threshold: number }
  | { readonly kind: 'costs'; readonly costs: readonly (readonly number[])[] };

/** The class decided from `scores[from … from + classes - 1]`; -1 where a score is NaN. */
export function decide(decision: Decision, scores: Float64Array, from: number, classes: number): number {
  let best = -1;
  if (decision.kind === 'argmax') {
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      const score = scores[from + c];
      if (score > top) {
        top = score;
        best = c;
      } else if (Number.isNaN(score)) return -1;
    }
    return best;
  }
  if (decision.kind === 'threshold') {
    const score = scores[from + 1];
    return Number.isNaN(score) ? -1 : Number(score >= decision.threshold);
  }
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < classes; c++) {
    let cost = 0;
    for (let truth = 0; truth < classes; truth++) cost += scores[from + truth] * decision.costs[truth][c];
    if (Number.isNaN(cost)) return -1;
    if (cost < least) {
      least = cost;
      best = c;
    }
  }
  return best;
}
