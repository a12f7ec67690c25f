import { fileURLToPath } from 'node:url';
import { RequestError } from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { ModelKey } from '../executor.js';
import { type LoadedReport, type LoadTask, receivedFault } from './hosting/index.js';
import type { Thread } from './thread.js';

/**
 * Loads a model on a thread, which is ended if that takes too long.
 *
 * @param loadMs milliseconds that it may take
 * @returns why it couldn't be loaded, where it couldn't: `unavailable`, naming the file where it ended the thread
 */
export function loadOnThread(
  thread: Thread,
  task: LoadTask,
  timer: Timer,
  loadMs: number,
): Promise<LoadedReport | RequestError> {
  const { key, code } = task.model;
  thread.holds.add(key);
  return new Promise((resolve) => {
    const unlimit = timer.after(loadMs, () => thread.kill(`that took more than ${loadMs} ms`));
    thread.send({ kind: 'load', task }, (message) => {
      unlimit();
      if (message?.kind === 'loaded') {
        thread.models.add(key);
        resolve(message.loading);
      } else if (message?.kind === 'failed') resolve(receivedFault(message.fault));
      else {
        const why = `the thread that loaded ${fileURLToPath(code.url)} ended: ${thread.ended}`;
        resolve(new RequestError('unavailable', why));
      }
    });
  });
}

/** Fulfilled once a thread has unloaded a model, or has ended. */
export function unloadFromThread(thread: Thread, key: ModelKey): Promise<void> {
  thread.models.delete(key);
  return new Promise((resolve) => {
    thread.send({ kind: 'unload', key }, () => {
      // One that has ended reads its memory until it is gone.
      if (thread.ended === undefined) thread.holds.delete(key);
      resolve();
    });
  });
}

/** Fulfilled once no thread reads a model's memory any more. */
export async function unloadFromAll(threads: Iterable<Thread>, key: ModelKey): Promise<void> {
  const holding = [...threads].filter(({ holds }) => holds.has(key));
  await Promise.all(
    holding.map(async (thread) => {
      await unloadFromThread(thread, key);
      if (thread.ended !== undefined) await thread.left();
    }),
  );
}
