export { exp } from './exp.js';
export { log, log1p } from './log.js';
export { log2, pow, square } from './pow.js';
