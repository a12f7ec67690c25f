import { LRUCache } from 'lru-cache';

/** Entries of one feature: `pop` evicts the least recently used. @param now milliseconds, by which entries expire */
export function evictable<Key extends {}, Value extends {}>(maxSize: number, now: () => number) {
  // It takes a beginning of 0 for none.
  return new LRUCache<Key, Value>({ maxSize, ttlResolution: 0, perf: { now: () => now() + 1 } });
}

/**
 * Evicts entries until so many bytes are free, always of the feature that takes the most. So no feature can push
 * another below an equal share, and bytes that one doesn't use are available to others.
 */
export function makeRoom(
  features: readonly { readonly bytes: number; drop(): void }[],
  maxBytes: number,
  needed: number,
): void {
  while (features.reduce((sum, { bytes }) => sum + bytes, needed) > maxBytes)
    features.reduce((most, feature) => (feature.bytes > most.bytes ? feature : most)).drop();
}
