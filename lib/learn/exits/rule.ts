import type { State } from '../../util/state.js';
import type { CalibratorKind } from '../calibration/index.js';
import type { Decision } from './decision.js';
import type { ExitScoreKind } from './exitScore.js';

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

/**
 * The least that a stage can be sure of an answer, short of ties and scores that are no probabilities, with which a
 * row never exits whatever the threshold: a threshold that isn't above it lets every row out that gets the answer.
 *
 * @param classes how many there are
 * @param answer position of the class among them
 */
export function leastConfidence(
  decision: Decision,
  { score }: Pick<ExitKind, 'score'>,
  classes: number,
  answer: number,
): number {
  switch (score) {
    case 'top':
      return leastTop(decision, classes, answer);
    case 'margin':
      return decision.kind === 'argmax' ? 0.5 : 0;
    case 'deferral':
    case 'interval':
      return 0;
  }
}

function leastTop(decision: Decision, classes: number, answer: number): number {
  if (decision.kind === 'argmax') return 1 / classes;
  if (decision.kind !== 'threshold' && decision.kind !== 'first-threshold') return 0;
  // By a threshold its class is decided from it on, and the other above what is left.
  const own = decision.kind === 'threshold' ? 1 : 0;
  return answer === own ? decision.threshold : 1 - decision.threshold;
}
