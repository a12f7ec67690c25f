import { type BinnedColumn, binIn } from './bins.js';

/** The bins of sparse columns, by row and by column, without those of zeros. */
export interface SparseBins {
  /** Row `r` has the bins `slots[offsets[r]] … slots[offsets[r + 1] - 1]`, counted among the bins of all columns. */
  readonly offsets: Uint32Array;
  readonly slots: Uint32Array;
  /** The bins of zeros, one a column, and of which column. */
  readonly columns: readonly SparseColumn[];
  readonly ofColumn: ReadonlyMap<BinnedColumn, SparseColumn>;
}

export interface SparseColumn {
  readonly rows: Uint32Array;
  readonly bins: Uint8Array;
  readonly zero: number;
  readonly first: number;
  /** Bins of the column, that of missing values included. */
  readonly count: number;
}

export function sparseBins(columns: readonly BinnedColumn[], rows: number): SparseBins {
  const ofColumn = new Map<BinnedColumn, SparseColumn>();
  const offsets = new Uint32Array(rows + 1);
  for (const column of columns) {
    if (column.stored.rows === undefined) continue;
    const made = sparseColumn(column, column.stored.rows);
    ofColumn.set(column, made);
    for (const row of made.rows) offsets[row + 1]++;
  }
  for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
  const next = offsets.slice();
  const slots = new Uint32Array(offsets[rows]);
  for (const { rows: of, bins, first } of ofColumn.values()) {
    for (let i = 0; i < of.length; i++) slots[next[of[i]]++] = first + bins[i];
  }
  return { offsets, slots, columns: [...ofColumn.values()], ofColumn };
}

function sparseColumn(column: BinnedColumn, rows: Uint32Array): SparseColumn {
  const { count, values, start } = column.stored;
  const zero = binIn(column, 0);
  const bins = new Uint8Array(count);
  const kept = new Uint32Array(count);
  let length = 0;
  for (let i = start; i < start + count; i++) {
    const bin = binIn(column, values[i]);
    if (bin === zero) continue;
    bins[length] = bin;
    kept[length++] = rows[i];
  }
  return {
    rows: kept.subarray(0, length),
    bins: bins.subarray(0, length),
    zero,
    first: column.first,
    count: column.bins + Number(column.hasMissing),
  };
}
