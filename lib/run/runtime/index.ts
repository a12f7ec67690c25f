/** The engine: batches through stages, synchronously or not. */

export { systemTimer, type Timer } from '../../util/timer.js';
export { type ActiveRows, addBlocks, joinActive, narrow, someActive } from './activeRows.js';
export { type BatchingOptions, microBatch } from './batching/index.js';
export { computeAll, type NamedFeature, named, startAll } from './compute.js';
export { type Answered, type Engine, type Fault, type RunOptions, serveRows } from './engine.js';
export { Interrupt } from './interrupt.js';
export { type Patience, patient } from './patience.js';
export { type AnsweredOne, PointEngine } from './point.js';
export { score } from './scoring.js';
export { runAsync, runSoon, runSync, type Work } from './syncAsync.js';
export { untilSteady, warmParts } from './warm.js';
export { type WarmBatches, warmBatches } from './warmBatches.js';
export { withRow } from './withRow.js';
