/** The key of a row. 1 and '1' are two keys. */
export type CacheKey = string | number | bigint;

/**
 * Limits on characters of a text and bits of a whole number: longer keys are taken for mistakes.
 */
const [LONGEST, MOST_BITS] = [1_024, 4_096];

/** Other values, and keys that are too long, aren't cached: such rows are computed every time. */
export function isKey(key: unknown): key is CacheKey {
  if (typeof key === 'string') return key.length <= LONGEST;
  if (typeof key === 'bigint') return BigInt.asIntN(MOST_BITS, key) === key;
  return typeof key === 'number' && Number.isFinite(key);
}

/** Bytes, roughly and at most, that a key takes. */
export function bytesOf(key: CacheKey): number {
  if (typeof key === 'string') return 2 * key.length;
  return typeof key === 'bigint' ? MOST_BITS / 8 : 8;
}

/** The same key, by itself: a part of a text would keep all of that in memory. */
export function alone(key: CacheKey): CacheKey {
  // Joined and cut, it is a part of itself and a letter.
  return typeof key === 'string' ? ` ${key}`.slice(1) : key;
}

/** A key as text, another one for every key: 1 and '1' are two, and half of a character isn't lost on the way. */
export function keyText(key: CacheKey): string {
  return typeof key === 'string' ? JSON.stringify(key) : `${typeof key}:${key}`;
}
