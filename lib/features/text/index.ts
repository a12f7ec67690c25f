/** Texts as encoders and models take them: cut to a length, and well-formed. */

export { cut, isWellFormed, MOST_CHARACTERS, textLimit, wellFormed } from './limit.js';
