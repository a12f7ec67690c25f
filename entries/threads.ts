/** Features, fits and detectors on worker threads. */
export * from '../cascades/attentional/threads/index.js';
export type { FitThreads } from '../lib/fits/index.js';
export * from '../lib/fits/threads/index.js';
export * from '../lib/threads/index.js';
