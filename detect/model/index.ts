/** Attentional cascades as plain data, and its checks. */
export { checkCascadeModel } from './check.js';
export { modelDigest } from './digest.js';
export { type CascadeFeatures, type CascadeModel, RECTANGLES, SUBSET_WORDS } from './model.js';
export { partOf } from './partOf.js';
export { limitOf, thresholdAt } from './thresholdAt.js';
