import type { State } from '../../util/state.js';

/** A stage's confidence: the top probability, the margin to the next, or a deferral model. */
export type ExitScoreKind = 'top' | 'margin' | 'deferral';

/** How sure a stage is of its answer to a row: one number, larger is surer. Thresholds are compared with it. */
export interface ExitScore {
  readonly kind: ExitScoreKind;
  /**
   * Writes the exit score of each row, in [0, 1], or NaN, with which a row never exits. It is NaN
   *
   * - where nothing is decided (NaN, or -1), or the class decided isn't one;
   * - where any score of the row is NaN, infinite or otherwise outside [0, 1];
   * - where another class has exactly the score of the one decided: of such an answer the stage knows nothing. Rows
   *   whose scores are all alike, all 0 with them, are of this kind;
   * - on every row, from a deferral model that had nothing to learn (see `fitDeferral`).
   *
   * A row's exit score depends on that row alone. A stage that gives every row the same scores, short of a tie,
   * therefore gets numbers here, all equal, and no threshold may be put there.
   *
   * @param scores (calibrated) class probabilities, rows x classes row-major
   * @param decided the class that the stage answers to each row, by whatever decision; NaN or -1 for none
   * @param out room for one number a row
   */
  score(scores: Float64Array, classes: number, decided: ArrayLike<number>, out: Float64Array): void;
  readonly state: State;
}

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
 * How far the class that is decided lies before the likeliest other, from -1 to 1, brought to [0, 1] by (1 + margin)
 * / 2. With two classes that is `top`. (Scheffer, Decomain and Wrobel, "Active hidden Markov models", 2001.)
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

/**
 * The best score of a class other than the one decided in `scores[from … from + classes - 1]`; NaN where the row can't
 * exit: nothing decided, a score outside [0, 1], or a tie with the class decided.
 */
export function runnerUp(scores: Float64Array, from: number, classes: number, decided: number): number {
  if (!(decided >= 0 && decided < classes)) return Number.NaN;
  const own = scores[from + decided];
  if (!(own >= 0 && own <= 1)) return Number.NaN;
  let best = -1;
  for (let c = 0; c < classes; c++) {
    if (c === decided) continue;
    const score = scores[from + c];
    if (!(score >= 0 && score <= 1) || score === own) return Number.NaN;
    if (score > best) best = score;
  }
  return best;
}
