/** Requests checked against what a model declares, and its answers as tensors. */

export { groupOf } from './group.js';
export { kOf, type RequestRows, requestDeadline, rowsOf } from './inputs.js';
export { mostOctets } from './mostOctets.js';
export { Outputs, type OutputValues } from './outputs.js';
export { checkRowSizes, type RowLimits } from './rowSizes.js';
