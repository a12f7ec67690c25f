import { type Block, gather } from '../../data/blocks/index.js';
import type { FittedFeature, RowView, Source } from '../define/index.js';
import { type CacheKey, keyText } from './keys.js';
import type { SecondCache } from './remoteTier.js';
import { CachedFailure, type CacheEntry, type Shelf } from './store.js';

/** How a feature is cached. */
export interface Caching<Row> {
  readonly key: Source<Row, CacheKey | null | undefined>;
  /** Milliseconds that numbers, and failures, are kept; undefined: for ever, and not at all. */
  readonly ttlMs: number | undefined;
  readonly failuresMs: number | undefined;
  readonly now: () => number;
  /** A second cache, and the prefix of this feature's keys there. */
  readonly second?: { readonly cache: SecondCache; readonly identity: () => string } | undefined;
}

/** Rows of a view by their keys, and those that have none. */
export interface Wanted {
  readonly rows: ReadonlyMap<CacheKey, readonly number[]>;
  readonly bare: readonly number[];
}

/**
 * Loads values that aren't cached: from a second cache, or from the feature itself. Loaded values
 * are kept on the feature's shelf.
 */
export class Origin<Row> {
  constructor(
    private readonly inner: FittedFeature<Row>,
    private readonly shelf: Shelf,
    private readonly caching: Caching<Row>,
  ) {}

  /** Entries of wanted rows: one for each key, and then one for each row without a key. */
  compute(
    view: RowView<Row>,
    wanted: Wanted,
    signal: AbortSignal,
    atOnce = false,
  ): CacheEntry[] | Promise<CacheEntry[]> {
    const { second } = this.caching;
    if (second !== undefined && !atOnce)
      return this.loadThrough(second.cache, second.identity(), view, wanted, signal);
    const rows = [...wanted.rows.values()].map(([row]) => row).concat(wanted.bare);
    return this.computeAndStore(view, [...wanted.rows.keys()], rows, signal, atOnce);
  }

  /** Computes rows of the view. Rows that fail have a fault in place of a block. */
  private computeRows(
    view: RowView<Row>,
    rows: readonly number[],
    signal: AbortSignal,
    atOnce = false,
  ): CacheEntry[] | Promise<CacheEntry[]> {
    const { now } = this.caching;
    const part = view.select(Int32Array.from(rows, (row) => view.at(row)));
    const faults = new Map<number, CachedFailure>();
    const missing = (row: number, error: Error) => faults.set(row, new CachedFailure(error, !signal.aborted));
    const begun = now();
    const done = (block: Block): CacheEntry[] => {
      this.shelf.paid(rows.length, now() - begun);
      return rows.map((_, i) => faults.get(i) ?? gather(block, [i]));
    };
    const failed = (thrown: unknown): CacheEntry[] => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
      const fault = new CachedFailure(error, rows.length === 1 && !signal.aborted);
      return rows.map((_, i) => faults.get(i) ?? fault);
    };
    try {
      const block = this.inner.compute(part, { signal, missing, atOnce });
      return block instanceof Promise ? block.then(done).catch(failed) : done(block);
    } catch (error) {
      return failed(error);
    }
  }

  /** Computes rows, those with keys first, and keeps the values of the keys. */
  private computeAndStore(
    view: RowView<Row>,
    keys: readonly CacheKey[],
    rows: readonly number[],
    signal: AbortSignal,
    atOnce = false,
  ): CacheEntry[] | Promise<CacheEntry[]> {
    const kept = (computed: CacheEntry[]) => {
      keys.forEach((key, i) => {
        this.keep(key, computed[i]);
      });
      return computed;
    };
    const work = this.computeRows(view, rows, signal, atOnce);
    return work instanceof Promise ? work.then(kept) : kept(work);
  }

  /** Looks up keys in the second cache first, and stores computed values there. */
  private async loadThrough(
    second: SecondCache,
    identity: string,
    view: RowView<Row>,
    { rows, bare }: Wanted,
    signal: AbortSignal,
  ): Promise<CacheEntry[]> {
    const keys = [...rows.keys()];
    const names = keys.map((key) => `${identity}:${keyText(key)}`);
    const there = await second.get(names, this.inner.columns);
    const lacking: CacheKey[] = [];
    const requested: number[] = [];
    keys.forEach((key, i) => {
      const found = there[i];
      const [row, ...others] = rows.get(key) ?? [];
      if (found === undefined) {
        lacking.push(key);
        requested.push(row);
        return;
      }
      // From when it was computed on, not from now.
      const { ttlMs = Number.POSITIVE_INFINITY } = this.caching;
      const left = Math.min(ttlMs, found.leftMs);
      this.shelf.set(key, found.block, Number.isFinite(left) ? left : undefined);
      this.shelf.hit(1 + others.length);
      this.shelf.misses -= 1 + others.length;
    });
    requested.push(...bare);
    const computed =
      requested.length === 0 ? [] : await this.computeAndStore(view, lacking, requested, signal);
    const fresh = lacking.flatMap((key, i): [string, Block][] => {
      const entry = computed[i];
      return entry instanceof CachedFailure ? [] : [[`${identity}:${keyText(key)}`, entry]];
    });
    // Not awaited: rows don't depend on it.
    void second.set(fresh, this.caching.ttlMs);
    let next = 0;
    return [...keys.map((_, i) => there[i]?.block ?? computed[next++]), ...computed.slice(lacking.length)];
  }

  private keep(key: CacheKey, entry: CacheEntry): void {
    const { ttlMs, failuresMs } = this.caching;
    if (!(entry instanceof CachedFailure)) this.shelf.set(key, entry, ttlMs);
    else if (entry.isLasting && failuresMs !== undefined) this.shelf.set(key, entry, failuresMs);
  }
}
