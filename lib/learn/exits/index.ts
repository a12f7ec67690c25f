/** From scores to decisions and exits: confidence, deferral models, expected errors, exit rules. */

export { classRule } from './classRule.js';
export { type Decision, decide, decideAll } from './decision.js';
export type { ExitRows, ExitScore } from './exitScore.js';
export { EXIT_FACTS, EXIT_SCORES, type ExitScoreKind } from './exitScores.js';
export { errorAt, intervalModel, intervalRule, loadIntervalModel } from './expectedError.js';
export { loadCalibrator, loadRule } from './load.js';
export { fitLogLinear, type LogLinear } from './logLinear.js';
export { type ExitKind, type ExitRule, type ExitThresholds, exits } from './rule.js';
export { top } from './top.js';
