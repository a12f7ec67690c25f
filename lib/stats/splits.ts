import { DataError } from '../errors.js';
import type { Random } from './random.js';

/**
 * A simple random sample: every set of `count` of the indices 0 … n - 1 is equally likely.
 *
 * @returns `count` indices, ascending
 * @throws DataError for more than there are
 */
export function sample(n: number, count: number, random: Random): Int32Array {
  if (!(count >= 0 && count <= n)) throw new DataError(`can't draw ${count} of ${n}: expected 0 to ${n}`);
  const all = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(n - i);
    const drawn = all[j];
    all[j] = all[i];
    all[i] = drawn;
  }
  return all.slice(0, count).sort();
}

/**
 * Folds in which every class is spread evenly: the counts of a class, and the sizes of the folds, differ by at most 1.
 *
 * @param labels class of each row, any integers
 * @returns fold of each row, 0 … folds - 1
 * @throws DataError for more folds than rows
 */
export function stratifiedFolds(labels: Int32Array, folds: number, random: Random): Int32Array {
  needAtLeast(folds, labels.length, 'rows');
  const result = new Int32Array(labels.length);
  // Each class continues at the fold where the last one ended; else the first folds would collect
  // all the remainders.
  let fold = random.integer(folds);
  for (const rows of byKey(labels)) {
    random.shuffle(rows);
    for (const row of rows) {
      result[row] = fold;
      fold = fold + 1 === folds ? 0 : fold + 1;
    }
  }
  return result;
}

/**
 * Folds that keep groups whole: the largest groups first, each to the fold with the fewest rows so
 * far; groups of one size in random order.
 *
 * @param groups group of each row, any integers
 * @returns fold of each row, 0 … folds - 1, none empty
 * @throws DataError for more folds than groups
 */
export function groupFolds(groups: Int32Array, folds: number, random: Random): Int32Array {
  const members = byKey(groups);
  needAtLeast(folds, members.length, 'groups');
  const order = Int32Array.from(members, (_, g) => g);
  random.shuffle(order);
  const bySize = [...order].sort((g, h) => members[h].length - members[g].length);
  const result = new Int32Array(groups.length);
  const sizes = new Float64Array(folds);
  for (const g of bySize) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] += members[g].length;
    for (const row of members[g]) result[row] = fold;
  }
  return result;
}

/**
 * All rows of `count` groups, which are a simple random sample of the groups, of any sizes.
 *
 * @param groups group of each row, any integers
 * @returns indices of rows, ascending
 * @throws DataError for more groups than there are
 */
export function sampleGroups(groups: Int32Array, count: number, random: Random): Int32Array {
  const members = byKey(groups);
  const rows = [...sample(members.length, count, random)].flatMap((g) => [...members[g]]);
  return Int32Array.from(rows).sort();
}

function needAtLeast(folds: number, available: number, what: string): void {
  if (!(folds >= 1 && folds <= available)) {
    throw new DataError(`${available} ${what} can't fill ${folds} folds: expected 1 to ${available} folds`);
  }
}

/** The rows of each key, keys in ascending order so that the order of the rows decides nothing else. */
function byKey(keys: Int32Array): Int32Array[] {
  const rows = new Map<number, number[]>();
  keys.forEach((key, row) => {
    const known = rows.get(key);
    if (known) known.push(row);
    else rows.set(key, [row]);
  });
  return [...rows].sort(([a], [b]) => a - b).map(([, members]) => Int32Array.from(members));
}
