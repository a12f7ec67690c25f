/** What answers a request: a model by its scheduler, or several models together. */

export type { Endpoint } from './endpoint.js';
export { EnsembleEndpoint } from './ensembleEndpoint.js';
export { type EndpointPorts, ModelEndpoint } from './modelEndpoint.js';
