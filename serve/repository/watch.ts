import { type FSWatcher, watch } from 'node:fs';
import type { Timer } from '../../lib/util/timer.js';

/** Milliseconds without a change after which a directory is read: files are written in several steps. */
const QUIET_MS = 200;

/**
 * Calls back when something below a directory has changed and nothing has for a while, also while a call before is
 * still loading something: what hangs in loading keeps no other change waiting.
 *
 * @param changed reads the directory; what it throws is its own affair
 * @returns ends it
 */
export function watchDirectory(
  directory: string,
  changed: () => Promise<void>,
  timer: Timer,
  onFault: (error: Error) => void,
): () => void {
  const pulse = debounced(changed, timer, QUIET_MS);
  const watcher: FSWatcher = watch(directory, { recursive: true, persistent: false }, pulse.touch);
  watcher.on('error', onFault);
  return () => {
    watcher.close();
    pulse.stop();
  };
}

/** Runs once it hasn't been touched for a while. */
export function debounced(run: () => Promise<void>, timer: Timer, quietMs: number) {
  let callOff: (() => void) | undefined;
  let isStopped = false;
  const touch = () => {
    if (isStopped) return;
    callOff?.();
    callOff = timer.after(quietMs, () => {
      callOff = undefined;
      run().catch(() => {});
    });
  };
  return {
    touch,
    stop() {
      isStopped = true;
      callOff?.();
    },
  };
}
