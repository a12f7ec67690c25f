export type { Calibration, Calibrator, CalibratorKind } from './calibrator.js';
export { type CalibratorChoice, chooseCalibrator } from './choose.js';
export { classRule } from './classRule.js';
export { margin, top } from './confidence.js';
export { type Decision, decide, decideAll } from './decision.js';
export {
  type DeferralRows,
  deferralOf,
  type FittedDeferral,
  fitDeferral,
  type Unlearnable,
} from './deferral.js';
export type { ExitScore, ExitScoreKind } from './exitScore.js';
export { identity } from './identity.js';
export { errorAt, type IntervalModel, intervalModel, intervalRule, loadIntervalModel } from './interval.js';
export { isotonic } from './isotonic.js';
export { leastConfidence } from './least.js';
export { loadCalibrator, loadExitScore } from './load.js';
export { loadRule } from './loadRule.js';
export { fitLogLinear, type LogLinear } from './logLinear.js';
export { logLoss } from './logLoss.js';
export { isotonicRegression } from './pava.js';
export { platt } from './platt.js';
export { type Reliability, type ReliabilityBin, reliability, reliabilityBins } from './reliability.js';
export { type ExitKind, type ExitRule, type ExitThresholds, exits } from './rule.js';
export { temperature } from './temperature.js';
