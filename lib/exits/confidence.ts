import type { ExitScore } from './exitScore.js';
import { runnerUp } from './runnerUp.js';

/** The probability of the class that is decided. */
export const top: ExitScore = {
  kind: 'top',
  state: { json: { kind: 'top' }, tensors: {} },
  score(scores, classes, decided, out) {
    for (let row = 0, from = 0; row < decided.length; row++, from += classes) {
      const second = runnerUp(scores, from, classes, decided[row]);
      out[row] = Number.isNaN(second) ? second : scores[from + decided[row]];
    }
  },
};

/**
 * How far the class that is decided lies before the likeliest other, from -1 to 1, brought to [0, 1] by (1 + margin) / 2.
 * With two classes that is `top`. (Scheffer, Decomain and Wrobel, "Active hidden Markov models", 2001.)
 */
export const margin: ExitScore = {
  kind: 'margin',
  state: { json: { kind: 'margin' }, tensors: {} },
  score(scores, classes, decided, out) {
    for (let row = 0, from = 0; row < decided.length; row++, from += classes) {
      const second = runnerUp(scores, from, classes, decided[row]);
      out[row] = (1 + scores[from + decided[row]] - second) / 2;
    }
  },
};
