/** Thresholds of a chain of stages found jointly, and its path from conservative to aggressive. */

export { type AnsweredStage, type Candidate, candidateOf, isDegenerate } from './candidate.js';
export {
  exitStage,
  exitsAt,
  type StageAnswers,
  type StageEvidence,
  type Thresholds,
  traffic,
} from './evidence.js';
export { finerPath } from './finerPath.js';
export { isNested, isSameEnsemble, keyOf, nestedAmong, specKey, subsetKey } from './nesting.js';
export { type Chain, costAtLoss, meanOf, pathOf, thresholdsAtLoss } from './planPath.js';
export { type Priced, quantisedCostAtLoss, quantisedCostsAtLosses, type Rival } from './quantised.js';
