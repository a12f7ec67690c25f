/** Thresholds and values quantized to integer codes. */

export { type LinkedForest, linkedForest } from './linkedForest.js';
export { type Quantization, quantizationOf, RECORD } from './quantization.js';
export { Quantizer } from './quantizer.js';
export { CODE_SHIFT, filledTrees, fitsWords, LANES, wordOf } from './words.js';
