import { serveTasks } from '../../../../lib/util/workers/index.js';

/** A task that says how it ends. */
export interface MortalTask {
  /** Shared: how many threads end at once instead. */
  readonly deaths?: Int32Array;
  readonly throws?: boolean;
  /** Shared: becomes 1 when the task has begun, and 2 when it was told to leave. It ends then alone. */
  readonly waits?: Int32Array;
  /** Says that it only waits, and so leaves the thread to others. */
  readonly isIdle?: boolean;
  /** Milliseconds that it waits before it ends its thread, or has its value. */
  readonly sleeps?: number;
  readonly diesThen?: boolean;
  /** Keeps the thread for good. */
  readonly hangs?: boolean;
  readonly value?: number;
  /** Shares that it reports. */
  readonly shares?: readonly number[];
}

serveTasks<MortalTask, Float64Array>(
  async (
    { deaths, throws, waits, isIdle, sleeps, diesThen, hangs, value = 0, shares = [] },
    { signal, onProgress, onWait },
  ) => {
    if (deaths && Atomics.sub(deaths, 0, 1) > 0) process.exit(1);
    for (const share of shares) onProgress(share);
    if (throws) throw new RangeError('no such task');
    while (hangs);
    if (isIdle) onWait();
    if (sleeps) await new Promise((resolve) => setTimeout(resolve, sleeps));
    if (diesThen) process.exit(7);
    if (waits) {
      Atomics.store(waits, 0, 1);
      while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve));
      Atomics.store(waits, 0, 2);
    }
    return Float64Array.of(value);
  },
  ({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []),
);
