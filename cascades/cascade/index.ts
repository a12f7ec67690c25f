/** The `Cascade` that serves, its answers and its health. */

export type { BatchAnswers, PredictOptions } from './answers.js';
export { buildCascade } from './buildCascade.js';
export { batchStepsOf, Cascade, type CascadeReportOptions, usedAmong, withTable } from './cascade.js';
export { codesSoon, isInSpell } from './codesSoon.js';
export { Health } from './health.js';
export { importFeatures, loadedOf, type ModuleExports } from './moduleExports.js';
export { restoreCascade } from './restoring.js';
export { ServedCascade } from './servedCascade.js';
export { type CascadeThreadsOptions, joinedAnswers, type ThreadedCascade } from './threads/index.js';
export { warmInBatches } from './warmInBatches.js';
