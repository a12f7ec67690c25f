/** Models loaded and slices answered, on threads that can be ended or on the caller's own. */

export { InlineExecutor } from './inline.js';
export { WorkerPool, type WorkerPoolOptions } from './pool.js';
