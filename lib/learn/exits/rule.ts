import type { State } from '../../util/state.js';
import type { CalibratorKind } from '../calibration/index.js';
import type { ExitScoreKind } from './exitScores.js';

/** The kind of a stage's exit rule: plain data. */
export interface ExitKind {
  readonly calibration: CalibratorKind;
  /** `interval`: for regression, the error that the stage predicts of its own answer. */
  readonly score: ExitScoreKind | 'interval';
  /** For an interval: the scale of errors. */
  readonly scale?: number;
}

/** How a stage's scores become answers, and how sure it is of each: what its thresholds are compared with. */
export interface ExitRule {
  readonly kind: ExitKind;
  /**
   * Calibrates scores in place, and writes the answer to each row (its class, or its number; NaN for none) and how sure
   * the stage is of it, in [0, 1], or NaN, with which a row never exits.
   *
   * @param scores rows x width, row-major
   * @param answers room for one number a row; so has `confidence`
   */
  decide(scores: Float64Array, width: number, answers: Float64Array, confidence: Float64Array): void;
  readonly state: State;
}

/** Where each class exits, from which confidence on (infinite: never); one threshold where answers are numbers. */
export type ExitThresholds = Float64Array;

/** Whether a row may leave with this answer. NaN compares false, and what is above 1 is no confidence. */
export function exits(answer: number, confidence: number, thresholds: ExitThresholds): boolean {
  return confidence >= thresholds[thresholds.length === 1 ? 0 : answer] && confidence <= 1;
}
