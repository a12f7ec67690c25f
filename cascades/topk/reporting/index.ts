/** Rankers in words, as data of a report, and compared with the full model query by query. */

export { curveOf } from './curve.js';
export { diagnosisOf, type QueryDiagnosis } from './diagnosis.js';
export { rankerReport } from './report.js';
export { rankerSummary } from './summary.js';
