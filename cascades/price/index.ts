/** Forecasts of what tuning will request and spend, and limits on it. */

export { COMPARED, type MeasuredRows, topKFlow, tuneFlow } from './flows.js';
export { forecastOf } from './forecast.js';
export { Spending } from './spending.js';
