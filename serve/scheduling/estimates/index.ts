/** What is learnt of a model: what its rows cost, how large its messages are, and how wrong predictions were. */

export { CostEstimate } from './costs.js';
export { MessageSizes } from './messageSizes.js';
export { PredictionErrors } from './predictionErrors.js';
export { RecentDeadlines } from './recentDeadlines.js';
