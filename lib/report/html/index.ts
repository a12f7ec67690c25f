/** The report as one HTML page that needs nothing else. */

export { rankingHtml } from './ranking.js';
export { htmlReport } from './report.js';
