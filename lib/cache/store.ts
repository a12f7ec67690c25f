import { LRUCache } from 'lru-cache';
import type { Block } from '../blocks/index.js';
import { entries } from '../blocks/index.js';
import { DeadlineError, LookupError } from '../errors.js';
import { alone, bytesOf, type CacheKey } from './keys.js';
import { Reuse } from './reuse.js';

/** Reasons of lookups that speak of the source. */
const PASSING: ReadonlySet<LookupError['reason']> = new Set(['unreachable', 'timeout', 'open']);

/** A failure that is remembered in place of numbers. */
export class Fault {
  constructor(
    readonly error: Error,
    /** Whether it is this key's own: others that were asked for together may have nothing to do with it. */
    readonly isOwn: boolean,
  ) {}

  /** Whether it would be the same a little later: a source that can't be reached says nothing of a key. */
  get isLasting(): boolean {
    const { error, isOwn } = this;
    if (!isOwn || error instanceof DeadlineError) return false;
    return !(error instanceof LookupError) || !PASSING.has(error.reason);
  }
}

/** One row's block, or that there is none. */
export type Entry = Block | Fault;

/** What an entry takes beside its numbers: objects, and places in the cache's own tables. */
const OVERHEAD = 200;

/** Bytes, roughly, that an entry and its key take. */
export function sizeOf(key: CacheKey, entry: Entry): number {
  const text = bytesOf(key);
  if (entry instanceof Fault) return OVERHEAD + text + 2 * entry.error.message.length;
  return OVERHEAD + text + (entry.kind === 'dense' ? 4 : 8) * entries(entry);
}

/** How soon what computing a row costs is believed to have changed. */
const RECENT = 0.05;

/** What a shelf is given of the whole cache. */
export interface Room {
  /** Lets go of entries until there's room for so many bytes. */
  make(needed: number): void;
  /** Whether there are others to divide it with. */
  isShared(): boolean;
}

/** What a cache keeps of one feature. */
export class Shelf {
  // Private, so that no declaration of ours needs lru-cache's, which need Node's.
  private readonly entries: LRUCache<CacheKey, Entry>;
  readonly reuse: Reuse;
  /** Milliseconds that computing a row's numbers costs, of late. */
  costMs = Number.NaN;
  hits = 0;
  misses = 0;
  joined = 0;
  savedMs = 0;
  /** Mean bytes of an entry, for keys that aren't there. */
  private usual = OVERHEAD;

  constructor(
    space: number,
    now: () => number,
    private readonly room: Room,
    private readonly worth: number | undefined,
  ) {
    // It takes a beginning of 0 for none.
    this.entries = new LRUCache({ maxSize: space, ttlResolution: 0, perf: { now: () => now() + 1 } });
    this.reuse = new Reuse(space);
    if (worth !== undefined) this.costMs = worth;
  }

  get bytes(): number {
    return this.entries.calculatedSize;
  }

  get(key: CacheKey): Entry | undefined {
    const entry = this.entries.get(key);
    if (this.room.isShared()) this.reuse.use(key, entry === undefined ? this.usual : sizeOf(key, entry));
    return entry;
  }

  set(key: CacheKey, entry: Entry, ttlMs: number | undefined): void {
    const size = sizeOf(key, entry);
    this.usual += RECENT * (size - this.usual);
    if (size > this.entries.maxSize) return;
    this.entries.delete(key);
    this.room.make(size);
    this.entries.set(alone(key), entry, ttlMs === undefined ? { size } : { size, ttl: ttlMs });
  }

  /** Lets go of the entry that was used longest ago. */
  drop(): void {
    this.entries.pop();
  }

  clear(): void {
    this.entries.clear();
  }

  /** Rows were computed in so many milliseconds. */
  paid(rows: number, milliseconds: number): void {
    if (this.worth !== undefined || rows === 0) return;
    const each = milliseconds / rows;
    this.costMs = Number.isNaN(this.costMs) ? each : this.costMs + RECENT * (each - this.costMs);
  }

  hit(rows: number): void {
    this.hits += rows;
    if (!Number.isNaN(this.costMs)) this.savedMs += rows * this.costMs;
  }
}
