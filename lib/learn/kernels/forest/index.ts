/** Forests as flat arrays, with the reference kernel. */

export { type Forest, forestTensors, isInSet, loadForest, SET_WORDS } from './forest.js';
export { prefix } from './prefix.js';
export { addForest, begin, leafOf, runForest } from './reference.js';
export { repeated } from './repeated.js';
export { segment } from './segment.js';
export { type ForestShape, forestShape, heights } from './shape.js';
