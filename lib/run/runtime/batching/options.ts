import { checkKeys, checkPositive, checkWhole, show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import { systemTimer, type Timer } from '../../../util/timer.js';
import type { Limits } from './pace.js';

/** How calls of a model are gathered into batches. */
export interface BatchingOptions {
  /** The most rows of a batch. Calls of more are cut up. @defaultValue 256 */
  readonly maxRows?: number;
  /** Milliseconds that a call waits for others at most, when nothing else holds it up. @defaultValue 2 */
  readonly maxWaitMs?: number;
  /**
   * Milliseconds from call to answer that 99 of 100 calls are to stay under: batches and waits adapt to it.
   * @defaultValue none
   */
  readonly p99Ms?: number;
  /** Rows that may wait; a call that would be too many is refused, unless none waits. @defaultValue 8192 */
  readonly maxQueued?: number;
  /** Batches that the model is given at once: 1 for one device, more for a server of several. @defaultValue 1 */
  readonly concurrent?: number;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

export interface Batching extends Limits {
  readonly maxQueued: number;
  readonly concurrent: number;
  readonly timer: Timer;
}

/** @throws OptionError for an option that is unknown or out of its range */
export function batchingOf(options: BatchingOptions): Batching {
  checkKeys(options, ['maxRows', 'maxWaitMs', 'p99Ms', 'maxQueued', 'concurrent', 'timer'], 'batching.');
  const {
    maxRows = 256,
    maxWaitMs = 2,
    p99Ms,
    maxQueued = 8192,
    concurrent = 1,
    timer = systemTimer,
  } = options;
  checkWhole('batching.maxRows', maxRows, 1);
  checkWhole('batching.maxQueued', maxQueued, 1);
  checkWhole('batching.concurrent', concurrent, 1);
  if (!(maxWaitMs >= 0 && maxWaitMs < Number.POSITIVE_INFINITY)) {
    throw new OptionError('batching.maxWaitMs', `expected milliseconds, 0 or more, got ${show(maxWaitMs)}`);
  }
  if (p99Ms !== undefined) checkPositive('batching.p99Ms', p99Ms, 'milliseconds above 0');
  return { maxRows, maxWaitMs, p99Ms, maxQueued, concurrent, timer };
}
