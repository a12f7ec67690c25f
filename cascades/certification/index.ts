/** A path tested on the certification rows, bands, certificates. */

export { anyChoice, noAnyChoice } from './anyChoice.js';
export { awaitingTest } from './awaitingTest.js';
export { baselineOf } from './baseline.js';
export { certificateOf, type Findings } from './certificate.js';
export { type Certified, certify, testFresh } from './certify.js';
export { certifyPath, type Tested } from './certifyPath.js';
export { batchChanges, type PathChanges, planChanges } from './changes.js';
export { isVacuous, refuseVacuousAt } from './constant.js';
export { certifiedByBand, exploratory, isPromised, reasonAgainst, verdictOf, voided } from './decide.js';
export { flipsOf, isAskedTwice } from './flips.js';
export { populationOf } from './population.js';
export type { LossTotal } from './procedures/index.js';
export { type ScoredRows, scoreRows } from './scoreRows.js';
export { shortage, untested } from './shortage.js';
export { type CertificationTable, drawnAt, unchanged } from './table.js';
export { type PathToTest, type Sample, testPath } from './testPath.js';
export { unitsNeeded } from './unitsNeeded.js';
export { refuseVacuous } from './vacuous.js';
