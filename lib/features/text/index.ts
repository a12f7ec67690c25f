/** Texts as encoders and models take them: cut to a length, and well-formed. */

export { cut } from './cut.js';
export { MOST_CHARACTERS, textLimit } from './limit.js';
export { isWellFormed, wellFormed } from './wellFormed.js';
