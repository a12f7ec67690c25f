import type { State } from '../state.js';

/** What says how sure a stage is: the top probability, the margin to the next, or a deferral model. */
export type ExitScoreKind = 'top' | 'margin' | 'deferral';

/** How sure a stage is of its answer to a row: one number, larger is surer. Thresholds are compared with it. */
export interface ExitScore {
  readonly kind: ExitScoreKind;
  /**
   * Writes the exit score of each row, in [0, 1], or NaN, with which a row never exits. It is NaN
   *
   * - where nothing is decided (NaN, or -1), or the class decided isn't one;
   * - where any score of the row is NaN, infinite or otherwise outside [0, 1];
   * - where another class has exactly the score of the one decided: of such an answer the stage knows nothing. Rows whose
   *   scores are all alike, all 0 with them, are of this kind;
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
