/** Losses: one file a kind, their forms in files, bounds on them, and the loss of a search. */

export { type AbsoluteErrorLoss, absoluteError } from './absoluteError.js';
export { answerLoss, type Judged, type LossOn, lossOn, ofAnswers, stated } from './answerLoss.js';
export { BOUND_METHODS, type BoundMethod, fitsMethod } from './boundMethods.js';
export {
  asksTwiceFor,
  type BoundSpec,
  boundMethod,
  boundSpecOf,
  type Limit,
  levelOf,
  limitsOf,
} from './boundSpec.js';
export { type CustomLoss, checkOwnLosses, givenLoss } from './custom.js';
export {
  among,
  asksTwice,
  checkLoss,
  countedAs,
  hasExactTest,
  inWords,
  isLossName,
  isSigned,
  kindOf,
  LOSS_NAMES,
  lossesOfNumbers,
  lossName,
  needsLabels,
  tellsDiffering,
  withoutGains,
} from './facts.js';
export type { Label } from './kind.js';
export {
  type AbsoluteErrorLimit,
  capOf,
  checkBelowCap,
  checkInUnits,
  isInUnits,
  limitWords,
  meanWords,
  shareAsked,
  shareOfCap,
} from './limitInUnits.js';
export { type AnswerLoss, LOSSES, type Loss, type LossName, type LossSpec, type StatedLoss } from './list.js';
export { labelShape, lossShape } from './listShapes.js';
export { EXITING, lossOfDiffering } from './ownFlips.js';
export { type PrecisionLoss, precision } from './precision.js';
export { type RecallLoss, recall } from './recall.js';
export {
  expectedAllowance,
  type PairAllowance,
  type SearchLoss,
  searchLoss,
  usefulUnits,
} from './searchLoss.js';
export { quoted } from './words.js';
