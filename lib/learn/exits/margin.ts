import { runnerUp, type UnfittedScore, unfitted } from './exitScore.js';

/**
 * How far the class that is decided lies before the likeliest other, from -1 to 1, brought to [0, 1] by (1 + margin)
 * / 2. With two classes that is `top`. (Scheffer, Decomain and Wrobel, "Active hidden Markov models", 2001.)
 */
export const margin: UnfittedScore = unfitted({
  kind: 'margin',
  words: 'margin to the runner-up',
  fewest: 3,
  // By a threshold the runner-up may be the likelier.
  least: ({ kind }) => (kind === 'argmax' ? 0.5 : 0),
  score(scores, classes, decided, out) {
    for (let row = 0, from = 0; row < decided.length; row++, from += classes) {
      const second = runnerUp(scores, from, classes, decided[row]);
      out[row] = (1 + scores[from + decided[row]] - second) / 2;
    }
  },
});
