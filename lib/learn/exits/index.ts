/** From scores to decisions and exits: confidence, deferral models, expected errors, exit rules. */

export { classRule } from './classRule.js';
export { type Decision, decide, decideAll } from './decision.js';
export { type DeferralRows, deferralOf, fitDeferral, type Unlearnable } from './deferral.js';
export { type ExitScore, type ExitScoreKind, margin, top } from './exitScore.js';
export { errorAt, intervalModel, intervalRule, loadIntervalModel } from './expectedError.js';
export { loadCalibrator, loadExitScore, loadRule } from './load.js';
export { fitLogLinear, type LogLinear } from './logLinear.js';
export { type ExitKind, type ExitRule, type ExitThresholds, exits, leastConfidence } from './rule.js';
