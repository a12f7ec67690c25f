/** Detectors on worker threads: images scanned, and splits searched for in training. */
export { type DetectorThreads, type DetectorThreadsOptions, detectorThreads } from './detectorThreads.js';
