import { combine } from '../../data/artifact/index.js';
import { type Calibrator, UNCHANGED } from '../calibration/index.js';
import { type Decision, decide } from './decision.js';
import type { ExitScore } from './exitScore.js';
import type { ExitRule } from './rule.js';
import { top } from './top.js';

/** Answers are decided on calibrated probabilities, and so is how sure the stage is of them. */
export function classRule(
  decision: Decision,
  calibrator: Calibrator = UNCHANGED,
  exitScore: ExitScore = top,
): ExitRule {
  return {
    kind: { calibration: calibrator.kind, score: exitScore.kind },
    decide(scores, width, answers, confidence) {
      calibrator.apply(scores, width);
      for (let row = 0; row < answers.length; row++)
        answers[row] = decide(decision, scores, row * width, width);
      exitScore.score(scores, width, answers, confidence);
    },
    state: combine({ calibrator: calibrator.state, score: exitScore.state }),
  };
}
