import { type Block, entries } from '../../data/blocks/index.js';
import { DeadlineError, LookupError } from '../../errors.js';
import { evictable } from './eviction.js';
import { alone, bytesOf, type CacheKey } from './keys.js';

/** Reasons of lookups that speak of the source. */
const PASSING: ReadonlySet<LookupError['reason']> = new Set(['unreachable', 'timeout', 'open']);

/** A failure that is remembered in place of numbers. */
export class CachedFailure {
  constructor(
    readonly error: Error,
    /** Whether the failure is this key's own: keys of the same request may be unaffected. */
    readonly isOwn: boolean,
  ) {}

  /** Whether it would be the same a little later: a source that can't be reached knows nothing about a key. */
  get isLasting(): boolean {
    const { error, isOwn } = this;
    if (!isOwn || error instanceof DeadlineError) return false;
    return !(error instanceof LookupError) || !PASSING.has(error.reason);
  }
}

/** One row's block, or the failure in its place. */
export type CacheEntry = Block | CachedFailure;

/** The memory of an entry beyond its values: objects, and places in the cache's own tables. */
const OVERHEAD = 200;

/** Bytes, roughly, that an entry and its key take. */
export function entryBytes(key: CacheKey, entry: CacheEntry): number {
  const text = bytesOf(key);
  if (entry instanceof CachedFailure) return OVERHEAD + text + 2 * entry.error.message.length;
  const number = (entry.kind === 'dense' ? 4 : 8) + (entry.exact === undefined ? 0 : 8);
  return OVERHEAD + text + number * entries(entry);
}

/** How soon what computing a row costs is believed to have changed. */
const RECENT = 0.05;

/** The part of a cache for one feature. */
export class Shelf {
  // Private, so that no declaration of ours needs lru-cache's, which need Node's.
  private readonly entries: ReturnType<typeof evictable<CacheKey, CacheEntry>>;
  hits = 0;
  misses = 0;
  joined = 0;
  savedMs = 0;
  /** Milliseconds that computing a row takes, a running mean. */
  private costMs = Number.NaN;

  /** @param makeRoom evicts entries until the given number of bytes is free */
  constructor(
    space: number,
    now: () => number,
    private readonly makeRoom: (needed: number) => void,
  ) {
    this.entries = evictable(space, now);
  }

  get bytes(): number {
    return this.entries.calculatedSize;
  }

  get(key: CacheKey): CacheEntry | undefined {
    return this.entries.get(key);
  }

  set(key: CacheKey, entry: CacheEntry, ttlMs: number | undefined): void {
    const size = entryBytes(key, entry);
    if (size > this.entries.maxSize) return;
    this.entries.delete(key);
    this.makeRoom(size);
    this.entries.set(alone(key), entry, ttlMs === undefined ? { size } : { size, ttl: ttlMs });
  }

  /** Evicts the entry that is used least recently. */
  drop(): void {
    this.entries.pop();
  }

  clear(): void {
    this.entries.clear();
  }

  /** Records that computing `rows` rows took `milliseconds`. */
  paid(rows: number, milliseconds: number): void {
    if (rows === 0) return;
    const each = milliseconds / rows;
    this.costMs = Number.isNaN(this.costMs) ? each : this.costMs + RECENT * (each - this.costMs);
  }

  hit(rows: number): void {
    this.hits += rows;
    if (!Number.isNaN(this.costMs)) this.savedMs += rows * this.costMs;
  }
}
