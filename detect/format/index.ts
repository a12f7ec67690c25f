/** Cascades read from OpenCV's XML, old and new, and written as the new. */
export { readModel } from './read.js';
export { writeModel } from './write.js';
