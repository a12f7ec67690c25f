/** A cascade as text and as the data of a report. */

export { adviceOf } from './advice.js';
export { changedMore } from './changes.js';
export { checkHardest, type HardestOptions, hardestOf } from './hardest.js';
export { type ReportOptions, reportOf } from './report.js';
