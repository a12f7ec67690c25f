/** Arrow IPC streams: columns handed on as they are. */

export { type ArrowLimits, type ArrowSource, readArrow } from './read.js';
export { writeArrow } from './write.js';
