import { combine, separate } from '../artifact/index.js';
import type { Calibrator } from '../calibration/index.js';
import { damaged, UNCHANGED } from '../calibration/index.js';
import type { State } from '../state.js';
import { top } from './confidence.js';
import { type Decision, decide } from './decision.js';
import type { ExitScore } from './exitScore.js';
import { loadCalibrator, loadExitScore } from './load.js';
import type { ExitRule } from './rule.js';

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

/** @throws ArtifactError when the state isn't that of such a rule */
export function loadClassRule(decision: Decision, state: State): ExitRule {
  const { calibrator, score } = separate(state);
  if (calibrator === undefined || score === undefined)
    throw damaged('an exit rule', 'no calibrator and score');
  return classRule(decision, loadCalibrator(calibrator), loadExitScore(score));
}
