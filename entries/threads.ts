/** Features on worker threads. */
export * from '../lib/threads/index.js';
