/** Features and detectors on worker threads. */
export * from '../cascades/attentional/threads/index.js';
export * from '../lib/threads/index.js';
