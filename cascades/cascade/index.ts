/** The `Cascade` that serves, its answers and its health. */

export type { Answer, Answers, BatchAnswers, PredictOptions, Shadow } from './answers.js';
export { assemble, type ChosenChain } from './assemble.js';
export { Cascade, type CascadeReportOptions } from './cascade.js';
export { ServedCascade } from './servedCascade.js';
