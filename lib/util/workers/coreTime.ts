import { readFileSync, readlinkSync } from 'node:fs';
import type { Timer } from '../timer.js';

/** A thread, as far as its limits need it. */
export interface Waiter {
  /** Milliseconds for which it has waited for a core since it began; undefined where the system doesn't say. */
  readonly waitedMs: number | undefined;
}

/** Parts of a limit after which a thread is looked at. */
const LOOKS = 10;

/**
 * Calls `end` once a thread has had its cores for so many milliseconds. Two things don't count, since innocent work
 * would pay for them: the time for which the thread waited for a core, where the system says that, and the time by
 * which this thread's timers are late, since whatever holds it up can hold up the other one too.
 *
 * @returns what calls it off
 */
export function afterCoreTime(timer: Timer, thread: Waiter, ms: number, end: () => void): () => void {
  const step = Math.max(1, ms / LOOKS);
  let left = ms;
  // Reading costs some 20 us, and few slices take this long: the first part counts whole.
  let before: number | undefined;
  const look = () => {
    const waited = thread.waitedMs;
    const more = waited === undefined || before === undefined ? 0 : waited - before;
    before = waited;
    left -= Math.max(0, step - more);
    if (left < step / 2) end();
    else callOff = timer.after(step, look);
  };
  let callOff = timer.after(step, look);
  return () => callOff();
}

/** The number by which Linux knows the thread that calls; undefined on other systems. */
export function ownTask(): string | undefined {
  try {
    // PID/task/TID
    return readlinkSync('/proc/thread-self').split('/').at(-1);
  } catch {
    return undefined;
  }
}

/**
 * Milliseconds for which a thread of this process has waited for a core since it began, though it could have run.
 *
 * @param task of `ownTask`
 * @returns undefined where the system doesn't say, or the thread is gone
 */
export function waitedMs(task: string | undefined): number | undefined {
  if (task === undefined) return undefined;
  try {
    // Nanoseconds on a core, nanoseconds waiting for one, turns: Documentation/scheduler/sched-stats.rst of Linux.
    const [, waited] = readFileSync(`/proc/self/task/${task}/schedstat`, 'latin1').split(' ');
    const ms = Number(waited) / 1e6;
    return Number.isFinite(ms) ? ms : undefined;
  } catch {
    return undefined;
  }
}
