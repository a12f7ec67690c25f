/** JSON lines: an object a row. */

export { type JsonlSource, readJsonl } from './read.js';
export { writeJsonl } from './write.js';
