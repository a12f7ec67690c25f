/** A path tested on the certification rows, bands, rows already used, certificates. */

export { anyChoice, noAnyChoice } from './anyChoice.js';
export { baselineOf } from './baseline.js';
export { certificateOf, type Findings } from './certificate.js';
export {
  type CertificationRows,
  type Contents,
  contentsAt,
  contentsOf,
  copiesAmong,
  drawnAt,
  drawnOf,
  equalsAmong,
  givenRows,
} from './certificationRows.js';
export { type Certified, certify, type ToCertify } from './certify.js';
export { type Certification, certifyPath, type Tested } from './certifyPath.js';
export {
  constantsOf,
  isVacuous,
  lossOfConstant,
  refuseVacuousAt,
} from './constant.js';
export { populationOf } from './population.js';
export type { LossTotal, Procedure, Test } from './procedures/index.js';
export { refuseUsed } from './refuseUsed.js';
export { type ScoredRows, scoreRows } from './scoreRows.js';
export { type Claim, Ledger, sumOf, type UsedState } from './seenRows.js';
export { EITHER, shortage, untested } from './shortage.js';
export { type CertificationTable, observe, tableAt, type UnitSample, unchanged } from './table.js';
export { type PathTest, type PathToTest, type Sample, testPath } from './testPath.js';
export { unitsNeeded, unitsOf } from './units.js';
export { certifiedByBand, exploratory, verdictOf, voided } from './verdict.js';
