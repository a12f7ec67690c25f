import { breathe } from '../../util/abort.js';
import type { State } from '../../util/state.js';
import { distributions } from './distributions.js';

/** How probabilities are calibrated; `identity` leaves them as they are. */
export type CalibratorKind = 'identity' | 'temperature' | 'platt' | 'isotonic';

/** A fitted map from a stage's class probabilities to calibrated ones. */
export interface Calibrator {
  readonly kind: CalibratorKind;
  /**
   * Replaces the probabilities, rows x classes row-major, by calibrated ones that sum to 1 in each row; in place. A row
   * of `scores` depends on nothing but itself. One that is no distribution (a score that is NaN or outside [0, 1], or
   * all of them 0) becomes NaN; `identity` alone leaves it, like all others, as it is.
   *
   * @throws DataError when it was fitted to another number of classes
   */
  apply(scores: Float64Array, classes: number): void;
  readonly state: State;
}

/** A way of calibrating: how it is fitted, and how it comes back from its state. */
export interface Calibration {
  /**
   * @param scores class probabilities, rows x classes row-major, by a model that hasn't seen these rows
   * @param truth the class of each row, 0 … classes - 1: the label, or the full model's answer
   * @throws DataError for lengths that differ, a class that isn't one, or no row that is a distribution; rows that are
   *   none are left out
   */
  fit(scores: Float64Array, classes: number, truth: Int32Array): Calibrator;
  /** The same fit in parts: with many classes it takes long, and other work may run between them. */
  parts(scores: Float64Array, classes: number, truth: Int32Array): Generator<void, Calibrator, void>;
  /** @throws ArtifactError if the state isn't one of such a calibrator */
  load(state: State): Calibrator;
}

/** What a fit gives: other work runs before each of its parts. @throws the signal's reason once it is aborted */
export async function fitInTurns(
  parts: Generator<void, Calibrator, void>,
  signal: AbortSignal | undefined,
): Promise<Calibrator> {
  for (;;) {
    await breathe(signal);
    const { done, value } = parts.next();
    if (done) return value;
  }
}

/** The only calibrator of its kind. */
export const UNCHANGED: Calibrator = {
  kind: 'identity',
  apply() {},
  state: { json: { kind: 'identity' }, tensors: {} },
};

/** A calibration by its fit in parts. */
export function inParts(parts: Calibration['parts'], load: Calibration['load']): Calibration {
  return {
    fit(scores, classes, truth) {
      const fitting = parts(scores, classes, truth);
      for (;;) {
        const { done, value } = fitting.next();
        if (done) return value;
      }
    },
    parts,
    load,
  };
}

/** No calibration: scores stay as they are, bit for bit. It alone can be fitted to no distributions at all. */
export const identity: Calibration = inParts(
  // biome-ignore lint/correctness/useYield: it is done at once
  function* (scores, classes, truth) {
    distributions(scores, classes, truth);
    return UNCHANGED;
  },
  () => UNCHANGED,
);
