/** Cascades that answer on worker threads (`Cascade.onThreads`). */

export { type CascadeThreadsOptions, cascadeOnThreads, type ThreadedCascade } from './onThreads.js';
export { joinedAnswers } from './slices.js';
