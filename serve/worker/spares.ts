import { type Code, importedOnce } from '../../lib/util/code/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { Thread } from './thread.js';

/** The most spare threads at a time: more loads than that wait for one that hangs. */
const MOST = 8;
/** Milliseconds that a load waits for a thread before there is one more: one that is soon free costs nothing. */
const PATIENCE_MS = 250;
/** Milliseconds after which a thread that nothing was loaded on is ended. */
const IDLE_MS = 2_000;

/**
 * Threads beside those of a pool, on which versions are loaded before they are loaded anywhere else. What hangs there,
 * takes long or ends its thread stops no model that answers, nor the loads of others.
 */
export class Spares {
  private readonly all = new Set<Thread>();
  /** With what calls their end off. */
  private readonly idle = new Map<Thread, () => void>();
  private readonly used = new WeakSet<Thread>();
  private readonly waiting = new Set<() => void>();

  /** @param make starts a thread */
  constructor(
    private readonly make: () => Thread,
    private readonly timer: Timer,
  ) {}

  /**
   * Runs work on a thread that does nothing else meanwhile; the thread is ended where the load is called off.
   *
   * @param code that the thread imports: it has no older content of the same files
   * @param work is told whether nothing was loaded on the thread before: it also imports what all code does then
   * @throws the signal's reason
   */
  async use<Result>(
    code: Code,
    signal: AbortSignal,
    work: (thread: Thread, isFresh: boolean) => Promise<Result>,
  ): Promise<Result> {
    const thread = await this.take(code, signal);
    const isFresh = !this.used.has(thread);
    this.used.add(thread);
    const callOff = () => thread.kill('its load was called off');
    signal.addEventListener('abort', callOff, { once: true });
    try {
      return await work(thread, isFresh);
    } finally {
      signal.removeEventListener('abort', callOff);
      this.give(thread);
    }
  }

  /** Ends all threads. */
  close(): void {
    for (const callOff of this.idle.values()) callOff();
    for (const thread of this.all) thread.kill('the server is closing');
  }

  private async take(code: Code, signal: AbortSignal): Promise<Thread> {
    for (let hasWaited = false; ; hasWaited = true) {
      signal.throwIfAborted();
      for (const [thread, callOff] of this.idle) {
        callOff();
        this.idle.delete(thread);
        if (thread.ended === undefined && !isStale(thread, code)) return noted(thread, code);
        thread.kill('files that it had imported were changed');
        this.all.delete(thread);
      }
      if (this.all.size === 0 || (hasWaited && this.all.size < MOST)) {
        const thread = this.make();
        this.all.add(thread);
        return noted(thread, code);
      }
      await this.wait(signal);
    }
  }

  /** Until a thread is free, or some time has passed. */
  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        callOff();
        this.waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      const callOff = this.timer.after(PATIENCE_MS, go);
      this.waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }

  private give(thread: Thread): void {
    if (thread.ended === undefined) {
      const end = () => {
        this.idle.delete(thread);
        this.all.delete(thread);
        thread.kill('nothing was loaded for a while');
      };
      this.idle.set(thread, this.timer.after(IDLE_MS, end));
    } else this.all.delete(thread);
    const [next] = this.waiting;
    next?.();
  }
}

/** Notes which files a thread imports with a module. */
export function noted(thread: Thread, code: Code): Thread {
  for (const [url, digest] of importedOnce(code)) thread.imported.set(url, digest);
  return thread;
}

/** Whether a thread has imported files whose content has changed since, or was changed then: it can't import them again. */
export function isStale(thread: Thread, code: Code): boolean {
  if (thread.mistaken.has(code.identity)) return true;
  return importedOnce(code).some(([url, digest]) => (thread.imported.get(url) ?? digest) !== digest);
}
