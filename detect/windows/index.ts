/** Rows of windows run through stages of weak trees over integral images: in plain JavaScript and in WebAssembly. */

export { FLAT, longestPart, normOf, POINTS, type WindowProgram, type WindowRunner } from './program.js';
export { runnerFor } from './wasm.js';
