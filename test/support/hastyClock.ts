import type { Clock } from '../../lib/costs/index.js';

/** Time passes eightfold: what measures until its time is up is soon done, and finds eight times the true costs. */
export const hastyClock: Clock = { now: () => 8 * performance.now() };
