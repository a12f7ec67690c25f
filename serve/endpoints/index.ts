/** What answers a request: a model by its scheduler, under audit where it has one. */

export { ModelEndpoint, verdictNow } from './modelEndpoint.js';
export type { Lane } from './modelQueues.js';
