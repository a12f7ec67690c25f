/** Pictures of a report, as SVG. */

export { type Charts, drawCharts } from './charts.js';
export { isOfBand } from './frontier.js';
export { drawRanking } from './ranking.js';
