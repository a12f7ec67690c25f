import type { Clock } from '../../lib/costs/index.js';

/** Time passes eightfold, so that what measures until its time is up is soon done: costs are eight times the true ones. */
export const hastyClock: Clock = { now: () => 8 * performance.now() };
