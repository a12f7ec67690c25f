import { type Random, sample, sampleGroups } from '../../../stats/index.js';
import type { TrainingSet } from '../learner.js';

/**
 * Divides the rows into those that trees are grown to and those that decide when to stop; queries
 * stay whole.
 */
export function holdOut(
  { rows, groups }: Pick<TrainingSet, 'rows' | 'groups'>,
  share: number,
  random: Random,
): { known: Int32Array; held: Int32Array } {
  if (share === 0)
    return { known: Int32Array.from({ length: rows }, (_, row) => row), held: new Int32Array(0) };
  const units = groups ? new Set(groups).size : rows;
  const count = Math.min(units - 1, Math.max(1, Math.round(share * units)));
  const held = groups ? sampleGroups(groups, count, random) : sample(rows, count, random);
  return { known: without(rows, held), held };
}

/** The rows that a round is grown to, and all others, each ascending. */
export function drawRows(
  known: Int32Array,
  held: Int32Array,
  share: number,
  random: Random,
): { rows: Int32Array; others: Int32Array } {
  if (share === 1) return { rows: known, others: held };
  const count = Math.max(1, Math.round(share * known.length));
  const rows = sample(known.length, count, random).map((i) => known[i]);
  return { rows, others: without(known.length + held.length, rows) };
}

/** The columns that a tree may use, in their order. */
export function drawColumns<Column>(
  columns: readonly Column[],
  share: number,
  random: Random,
): readonly Column[] {
  if (share === 1 || columns.length === 0) return columns;
  const count = Math.max(1, Math.round(share * columns.length));
  return [...sample(columns.length, count, random)].map((i) => columns[i]);
}

/** The rows 0 … total - 1 that aren't among `rows`, which ascend. */
function without(total: number, rows: Int32Array): Int32Array {
  const left = new Int32Array(total - rows.length);
  for (let row = 0, i = 0, to = 0; row < total; row++) {
    if (i < rows.length && rows[i] === row) i++;
    else left[to++] = row;
  }
  return left;
}
