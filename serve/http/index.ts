/** The protocol over HTTP: routes, bodies and their limits, answers. */

export type { HttpLimits, HttpOptions, Page, PageAnswer } from './options.js';
export { httpServer } from './server.js';
