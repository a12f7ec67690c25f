/**
 * How a model's scores become an answer. Of class probabilities: the likeliest class; for two classes, the second where
 * its probability reaches a threshold, or the first where its own does; or the class of least expected cost, where
 * `costs[truth][answer]` is what an answer costs. For regression: the number itself, which is the first that a model
 * gives.
 */
export type Decision =
  | { readonly kind: 'argmax' }
  | { readonly kind: 'threshold'; readonly threshold: number }
  | { readonly kind: 'first-threshold'; readonly threshold: number }
  | { readonly kind: 'costs'; readonly costs: readonly (readonly number[])[] }
  | { readonly kind: 'value' };

/** The answer to each row; NaN where there is none. @param scores rows x width, row-major */
export function decideAll(decision: Decision, scores: Float64Array, width: number): Float64Array {
  const answers = new Float64Array(scores.length / width);
  for (let row = 0; row < answers.length; row++) answers[row] = decide(decision, scores, row * width, width);
  return answers;
}

/** The answer decided from `scores[from … from + classes - 1]`; NaN where a score is NaN, or a number not finite. */
export function decide(decision: Decision, scores: Float64Array, from: number, classes: number): number {
  let best = Number.NaN;
  if (decision.kind === 'value') return Number.isFinite(scores[from]) ? scores[from] : Number.NaN;
  if (decision.kind === 'argmax') {
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      const score = scores[from + c];
      if (score > top) {
        top = score;
        best = c;
      } else if (Number.isNaN(score)) return Number.NaN;
    }
    return best;
  }
  if (decision.kind === 'threshold') {
    const score = scores[from + 1];
    return Number.isNaN(score) ? Number.NaN : Number(score >= decision.threshold);
  }
  if (decision.kind === 'first-threshold') {
    const score = scores[from];
    return Number.isNaN(score) ? Number.NaN : Number(score < decision.threshold);
  }
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < classes; c++) {
    let cost = 0;
    for (let truth = 0; truth < classes; truth++) cost += scores[from + truth] * decision.costs[truth][c];
    if (Number.isNaN(cost)) return Number.NaN;
    if (cost < least) {
      least = cost;
      best = c;
    }
  }
  return best;
}
