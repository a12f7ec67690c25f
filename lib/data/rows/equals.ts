import type { Random } from '../../stats/index.js';
import { KeySet } from './keySet.js';

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
