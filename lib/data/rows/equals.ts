import { sha256 } from '#sha256';
import type { Random } from '../../stats/index.js';
import { KeySet } from './keySet.js';
import type { RowKeys } from './reader.js';

/** Which rows equal each other. */
export interface Equals {
  /** For each row the position of the first that it equals, often its own. */
  readonly first: Int32Array;
  /** Rows that equal an earlier one. */
  readonly copies: number;
}

/** @param keys of rows, the same for rows that count as equal */
export function equalsOf(keys: Float64Array): Equals {
  const known = new KeySet();
  /** The first row of each key, in the order of the keys' first rows. */
  const firsts = new Int32Array(keys.length);
  const first = new Int32Array(keys.length);
  for (let row = 0; row < keys.length; row++) {
    const before = known.size;
    const place = known.add(keys[row]);
    if (place === before) firsts[place] = row;
    first[row] = firsts[place];
  }
  return { first, copies: keys.length - known.size };
}

/**
 * One row of each set of equals, each of them equally likely.
 *
 * @returns positions, ascending
 */
export function oneOfEach({ first }: Equals, random: Random): Int32Array {
  const sizes = new Int32Array(first.length);
  const chosen = Int32Array.from(first.keys());
  first.forEach((set, row) => {
    sizes[set]++;
    if (random.integer(sizes[set]) === 0) chosen[set] = row;
  });
  return chosen.filter((_, set) => sizes[set] > 0).sort();
}

/** Positions of the keys that are among the known ones. */
export function whereKnown(keys: Float64Array, known: { has(key: number): boolean }): Int32Array {
  return Int32Array.from(keys.keys()).filter((row) => known.has(keys[row]));
}

/**
 * Which rows these are: SHA-256 over their sorted keys (8 bytes each, little-endian doubles), its first 32 hexadecimal
 * digits. The same in any order; another one where a row differs.
 */
export function keysDigest(keys: Float64Array): string {
  const { buffer, byteOffset, byteLength } = keys.toSorted();
  return sha256([new Uint8Array(buffer, byteOffset, byteLength)]).slice(0, 32);
}

/** {@link keysDigest}; undefined without rows, or where a key lasts only as long as the process. */
export function rowsDigest({ keys, opaque }: RowKeys): string | undefined {
  return keys.length === 0 || opaque.includes(1) ? undefined : keysDigest(keys);
}
