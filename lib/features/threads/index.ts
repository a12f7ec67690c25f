/** Features on worker threads. */

export { type OnThreadsOptions, onThreads } from './onThreads.js';
export { type ThreadPool, type ThreadPoolOptions, threadPool } from './pool.js';
