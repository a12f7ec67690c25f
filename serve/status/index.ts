/** What is served, to look at: a page, its data, and metrics for Prometheus. */

export { statusPages } from './pages.js';
export { LoopLag } from './processMetrics.js';
