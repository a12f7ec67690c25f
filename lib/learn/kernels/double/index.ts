/** Forests that compare in double precision. */

export { type DoubleForest, singleForest } from './doubleForest.js';
export { doubleAdder, doubleRounds } from './doubleRounds.js';
