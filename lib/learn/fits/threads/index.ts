/** Worker threads for fits. */
export { type FitThreadsOptions, fitThreads } from './fitThreads.js';
