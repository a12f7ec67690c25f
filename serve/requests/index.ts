/** Requests checked against what a model declares, and its answers as tensors. */

export { deadlineOf, kOf, type RequestRows, rowsOf } from './inputs.js';
export { Outputs, type RowAnswers } from './outputs.js';
