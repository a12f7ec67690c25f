/** exp, log, pow, tanh, sin, cos and atan with the same bits on every engine, unlike those of `Math`. */

export { exp } from './exp.js';
export { expm1 } from './expm1.js';
export { log, log1p } from './log.js';
export { log2, pow, square } from './pow.js';
export { tanh } from './tanh.js';
export { atan, cos, sin } from './trig.js';
