/** Features, fits and detectors on worker threads. */
export * from '../detect/threads/index.js';
export * from '../lib/features/threads/index.js';
export type { FitThreads } from '../lib/learn/fits/index.js';
export * from '../lib/learn/fits/threads/index.js';
