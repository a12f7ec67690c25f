import { RequestError } from '../../lib/protocol/messages/index.js';
import type { ModelKey } from '../executor.js';

interface Load<Entry> {
  readonly loading: Promise<Entry>;
  readonly stop: AbortController;
  /** Callers that wait for it. */
  waiting: number;
}

/** Loads by key: the same key is loaded once, however many call, and given up once all of them have left. */
export class Loads<Entry> {
  private readonly loads = new Map<ModelKey, Load<Entry>>();

  /**
   * @param begin loads it; what it throws lets the key be loaded again
   * @throws what `begin` does; the caller's own reason, where it leaves before
   */
  async load(
    key: ModelKey,
    begin: (signal: AbortSignal) => Promise<Entry>,
    signal?: AbortSignal,
  ): Promise<Entry> {
    signal?.throwIfAborted();
    const load = this.loads.get(key) ?? this.begin(key, begin);
    load.waiting++;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.reason);
    });
    left.catch(() => {});
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([load.loading, left]);
    } catch (error) {
      // Nobody waits any more: what was begun is undone before the last caller hears of it.
      if (signal?.aborted === true && load.waiting === 1) {
        load.stop.abort(signal.reason);
        await load.loading.catch(() => {});
      }
      throw error;
    } finally {
      load.waiting--;
      signal?.removeEventListener('abort', leave);
    }
  }

  /** Forgets a key. @returns what was loaded, if anything was; undefined as well where another call forgets it */
  async stop(key: ModelKey): Promise<Entry | undefined> {
    const load = this.loads.get(key);
    if (load === undefined) return undefined;
    load.stop.abort(new RequestError('unavailable', `model '${key}' is unloaded`));
    const entry = await load.loading.catch(() => undefined);
    if (this.loads.get(key) !== load) return undefined;
    this.loads.delete(key);
    return entry;
  }

  /** Gives up what is being loaded. */
  abort(reason: unknown): void {
    for (const { stop } of this.loads.values()) stop.abort(reason);
  }

  get keys(): ModelKey[] {
    return [...this.loads.keys()];
  }

  private begin(key: ModelKey, begin: (signal: AbortSignal) => Promise<Entry>): Load<Entry> {
    const stop = new AbortController();
    const loading = begin(stop.signal);
    const load = { loading, stop, waiting: 0 };
    this.loads.set(key, load);
    loading.catch(() => {
      if (this.loads.get(key) === load) this.loads.delete(key);
    });
    return load;
  }
}
