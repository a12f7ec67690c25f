/** Cut-offs of a stage: thresholds on scores, and the learned stopping rule. */

export { countAtLeast, ordered } from './bestScores.js';
export {
  atLeast,
  bestOf,
  type CutKind,
  countKept,
  depthOf,
  hasNaN,
  KINDS,
  kept,
  lookedAt,
  scoreFloor,
  type TopKCut,
  thresholdIn,
  thresholdOf,
  widened,
} from './cut.js';
export { fitStopping, type NeedyQuery, type StoppingRule } from './stoppingRule.js';
