/** A ranker as text, as the data of a report, and beside its full model. */

export { curveOf } from './curve.js';
export { diagnosisOf, type QueryDiagnosis } from './diagnosis.js';
export { rankerReport } from './report.js';
export { rankerSummary } from './summary.js';
