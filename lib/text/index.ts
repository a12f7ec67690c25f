/** Texts as encoders and models take them: cut to a length, and well-formed. */

export { cut } from './cut.js';
export { isWellFormed, wellFormed } from './wellFormed.js';
