export { baselineOf } from './baseline.js';
export { type Certification, certifyPath, type Tested } from './certify.js';
export {
  type AnswerLoss,
  answerLoss,
  checkOwnLosses,
  type Judged,
  type LossOn,
  lossName,
  lossOn,
  ownLoss,
  stated,
} from './losses.js';
export type { Tally } from './procedures/index.js';
export { type Limit, limitsOf, methodOf, type Question } from './question.js';
export { expectedAllowance, type SearchLoss, searchLoss } from './search.js';
export { type CertificationTable, unchanged } from './table.js';
export { askedBy, shortage, termsOf, untested } from './terms.js';
export { unitsNeeded } from './units.js';
export { usefulPlan } from './useful.js';
