/** Thresholds of a chain of stages found jointly, and its path from conservative to aggressive. */

export {
  type Answered,
  type Candidate,
  candidateOf,
  isDegenerate,
  isNested,
  isSameEnsemble,
  type Nestable,
} from './candidate.js';
export { type Found, type SearchOptions, searchChains } from './chainSearch.js';
export {
  exitOf,
  exitsAt,
  type StageAnswers,
  type StageEvidence,
  type Thresholds,
  traffic,
} from './evidence.js';
export { type Chain, costAtLoss, meanOf, outcomeOf, pathOf, thresholdsAtLoss } from './planPath.js';
