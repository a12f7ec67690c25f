/** Losses, the path tested on the certification rows, bands, rows already used, verdicts. */

export { baselineOf } from './baseline.js';
export { type Limit, limitsOf, methodOf, type Question } from './boundSpec.js';
export { boundSpecOf, shortage, termsOf, untested } from './certificateText.js';
export { certifyPath, type Tested } from './certify.js';
export { type Sample, type Trial, testPlans } from './certifyPlans.js';
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
} from './lossTable.js';
export { expectedAllowance, searchLoss } from './searchLoss.js';
export { type Claim, Ledger, sumOf, type UsedState } from './seenRows.js';
export { type CertificationTable, observe, tableAt, unchanged } from './table.js';
export type { Tally } from './tests/index.js';
export { unitsNeeded } from './units.js';
export { usefulPlan } from './useful.js';
