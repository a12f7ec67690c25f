import { endOfTurn } from '../../util/timer.js';
import type { CacheKey } from './keys.js';
import type { CacheEntry } from './store.js';

/**
 * Keys that are being computed together. Others that want one of them wait for it instead of
 * computing it again.
 */
export class KeysInFlight {
  readonly outcomes = new Map<CacheKey, CacheEntry>();
  /**
   * Outcomes of rows without a key, by their positions in the view of the caller that started it.
   */
  bare = new Map<number, CacheEntry>();
  /** Fulfilled when there's an outcome for every key. Never rejects. */
  settled: Promise<void> = Promise.resolve();
  private readonly stop = new AbortController();
  private waiting = 0;
  private isOver = false;

  /** For who began it. */
  get all(): { readonly byKey: Map<CacheKey, CacheEntry>; readonly byRow: Map<number, CacheEntry> } {
    return { byKey: this.outcomes, byRow: this.bare };
  }

  /** Aborted when nothing waits for it any more. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** Waits for it, or until a turn after the signal is aborted. Never rejects. */
  join(signal: AbortSignal | undefined): Promise<void> {
    this.waiting++;
    return new Promise((resolve) => {
      const leave = () => {
        if (--this.waiting === 0 && !this.isOver) this.stop.abort(signal?.reason);
        // By then, work that observes the signal has reported the keys that it has.
        void endOfTurn().then(resolve);
      };
      void this.settled.then(() => {
        this.isOver = true;
        signal?.removeEventListener('abort', leave);
        resolve();
      });
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
