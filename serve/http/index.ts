/** The protocol over HTTP: routes, bodies and their limits, answers. */

export type { HttpLimits, HttpOptions, Page } from './options.js';
export { httpServer } from './server.js';
