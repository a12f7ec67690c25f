/** A secret of 64 bits. */
export type HashKey = readonly [number, number];

/** An unpredictable key. It determines a table's layout, and no result. */
export function randomKey(): HashKey {
  const [low, high] = globalThis.crypto.getRandomValues(new Int32Array(2));
  return [low, high];
}

/**
 * HalfSipHash-1-3 of code units: who doesn't know the key can't make terms collide. (Aumasson and Bernstein,
 * "SipHash: a fast short-input PRF", INDOCRYPT 2012; the variant of 32 bits is the authors' own.)
 */
export function keyedHash(units: Uint16Array, start: number, end: number, [k0, k1]: HashKey): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const round = () => {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  };
  const take = (word: number) => {
    v3 ^= word;
    round();
    v0 ^= word;
  };
  let at = start;
  for (; at + 1 < end; at += 2) take(units[at] | (units[at + 1] << 16));
  // The last word: the number of bytes, and a remaining unit.
  take(((2 * (end - start)) << 24) | (at < end ? units[at] : 0));
  v2 ^= 0xff;
  round();
  round();
  round();
  return v1 ^ v3;
}
