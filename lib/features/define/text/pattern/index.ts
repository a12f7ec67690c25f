/** Patterns of tokens in the syntax of Python's `re`, where JavaScript reads them in exactly the same way. */

export { PatternError } from './syntax.js';
export { type Edges, TokenPattern } from './tokenPattern.js';
