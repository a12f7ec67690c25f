/** The protocol over HTTP: routes, bodies and their limits, answers. */

export type { HttpLimits, HttpServerOptions, ServerPage } from './options.js';
export { httpServer } from './server.js';
