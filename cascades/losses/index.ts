/** Losses: what an answer loses, the bounds on it, and the loss that plans are searched by. */

export {
  type AnswerLoss,
  among,
  answerLoss,
  checkOwnLosses,
  type Judged,
  type LossOn,
  lossName,
  lossOn,
  ownLoss,
  stated,
} from './answerLoss.js';
export { type BoundSpec, boundSpecOf, type Limit, levelOf, limitsOf, methodOf } from './boundSpec.js';
export {
  countedAs,
  hasExactTest,
  isLossName,
  isSigned,
  LOSS_NAMES,
  needsLabels,
  withoutGains,
} from './facts.js';
export { expectedAllowance, type SearchLoss, searchLoss, usefulUnits } from './searchLoss.js';
