import { runnerUp, type UnfittedScore, unfitted } from './exitScore.js';

/** The probability of the class that is decided. */
export const top: UnfittedScore = unfitted({
  kind: 'top',
  words: 'probability',
  fewest: 2,
  least(decision, classes, answer) {
    if (decision.kind === 'argmax') return 1 / classes;
    if (decision.kind !== 'threshold' && decision.kind !== 'first-threshold') return 0;
    // By a threshold its class is decided from it on, and the other above what is left.
    const own = decision.kind === 'threshold' ? 1 : 0;
    return answer === own ? decision.threshold : 1 - decision.threshold;
  },
  score(scores, classes, decided, out) {
    for (let row = 0, from = 0; row < decided.length; row++, from += classes) {
      const second = runnerUp(scores, from, classes, decided[row]);
      out[row] = Number.isNaN(second) ? second : scores[from + decided[row]];
    }
  },
});
