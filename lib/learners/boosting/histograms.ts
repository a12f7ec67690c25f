import { type Kernel, tryKernel } from '../../wasm.js';
import { type BinnedColumn, binIn, totalBins } from './bins.js';
import { histogramKernel } from './histogram.wasm.js';
import { type SparseBins, sparseBins } from './sparseBins.js';

/** Numbers of a bin: the sums of its rows' first and second derivatives, and how many rows. */
export const BIN = 3;

/**
 * The binned columns of the training rows, and histograms of their derivatives over any set of rows.
 *
 * Derivatives are whole numbers (see `grid.ts`), so that every sum is exact: neither the order of the rows, nor
 * subtracting one histogram from another, nor leaving out the zeros of sparse columns changes a bit of it.
 */
export class Histograms {
  /** The training rows, in an order that keeps those of a node together. */
  readonly order: Int32Array;
  /** First and second derivative of each row. */
  readonly derivatives: Int32Array;
  readonly pool: readonly Float64Array[];
  readonly sparse: SparseBins;
  /** Bins of the dense columns, one column after the other. */
  private readonly dense: Uint8Array;
  /** Where a column's bins begin in `dense`. */
  private readonly starts: ReadonlyMap<BinnedColumn, number>;
  private readonly scratch: Uint8Array;
  private readonly rows: number;
  private readonly kernel: Functions | undefined;

  /**
   * @param ordered how many rows `order` is to hold
   * @param pooled how many histograms may be in use at once
   * @param fast false keeps to the plain loops
   */
  constructor(columns: readonly BinnedColumn[], rows: number, ordered: number, pooled: number, fast = true) {
    const dense = columns.filter(({ stored }) => stored.rows === undefined);
    const size = totalBins(columns) * BIN;
    const bytes = SUMS + 8 * (rows + pooled * size) + 4 * (ordered + 1) + dense.length * rows;
    const kernel = fast && bytes < MOST_BYTES ? tryKernel(histogramKernel, bytes) : undefined;
    const memory = kernel?.memory ?? new ArrayBuffer(bytes);
    let at = SUMS;
    const next = (length: number) => {
      at += length;
      return at - length;
    };
    this.rows = rows;
    this.kernel = kernel && functionsOf(kernel);
    this.derivatives = new Int32Array(memory, next(8 * rows), 2 * rows);
    this.pool = Array.from({ length: pooled }, () => new Float64Array(memory, next(8 * size), size));
    this.order = new Int32Array(memory, next(4 * ordered), ordered);
    this.dense = new Uint8Array(memory, next(dense.length * rows), dense.length * rows);
    this.starts = new Map(dense.map((column, i) => [column, i * rows]));
    for (const column of dense) this.fill(column);
    this.sparse = sparseBins(columns, rows);
    this.scratch = new Uint8Array(this.sparse.columns.length > 0 ? rows : 0);
  }

  /** The bin of each row in one column. Those of a sparse column hold until the next call. */
  binsOf(column: BinnedColumn): Uint8Array {
    const start = this.starts.get(column);
    if (start !== undefined) return this.dense.subarray(start, start + this.rows);
    const sparse = this.sparse.ofColumn.get(column);
    if (sparse === undefined) throw new RangeError(`column ${column.column} has no bins`);
    this.scratch.fill(sparse.zero);
    for (let i = 0; i < sparse.rows.length; i++) this.scratch[sparse.rows[i]] = sparse.bins[i];
    return this.scratch;
  }

  /** Makes `histogram` that of the rows order[from … to - 1]: of the dense ones among `columns`, and of all sparse ones. */
  build(histogram: Float64Array, columns: readonly BinnedColumn[], from: number, to: number): void {
    histogram.fill(0);
    if (this.sparse.columns.length > 0) this.addSparse(histogram, from, to);
    const dense = columns.filter((column) => this.starts.has(column));
    if (this.kernel === undefined) {
      for (const column of dense) this.addDense(histogram, column, from, to);
      return;
    }
    for (let at = from; at < to; at += MOST_ROWS) {
      this.addFast(this.kernel, histogram, dense, at, Math.min(to, at + MOST_ROWS));
    }
  }

  private addFast(
    kernel: Functions,
    histogram: Float64Array,
    columns: readonly BinnedColumn[],
    from: number,
    to: number,
  ): void {
    const { order, derivatives, dense } = this;
    const begin = order.byteOffset + 4 * from;
    const end = order.byteOffset + 4 * to;
    const bins = columns.map((column) => dense.byteOffset + (this.starts.get(column) ?? 0));
    for (let c = 0; c < columns.length; ) {
      const together = c + 4 <= columns.length ? 4 : 1;
      if (together === 4) {
        kernel.four(bins[c], bins[c + 1], bins[c + 2], bins[c + 3], begin, end, derivatives.byteOffset, 0);
      } else {
        kernel.one(bins[c], begin, end, derivatives.byteOffset, 0);
      }
      for (let i = 0; i < together; i++, c++) {
        const { first, bins: count, hasMissing } = columns[c];
        kernel.flush(i * COLUMN_SUMS, count + Number(hasMissing), histogram.byteOffset + 8 * BIN * first);
      }
    }
  }

  private addDense(histogram: Float64Array, column: BinnedColumn, from: number, to: number): void {
    const { order, derivatives } = this;
    const bins = this.binsOf(column);
    const first = BIN * column.first;
    for (let i = from; i < to; i++) {
      const row = order[i];
      const at = first + BIN * bins[row];
      histogram[at] += derivatives[2 * row];
      histogram[at + 1] += derivatives[2 * row + 1];
      histogram[at + 2]++;
    }
  }

  private addSparse(histogram: Float64Array, from: number, to: number): void {
    const { order, derivatives } = this;
    const { offsets, slots, columns } = this.sparse;
    let firsts = 0;
    let seconds = 0;
    for (let i = from; i < to; i++) {
      const row = order[i];
      const first = derivatives[2 * row];
      const second = derivatives[2 * row + 1];
      firsts += first;
      seconds += second;
      for (let e = offsets[row]; e < offsets[row + 1]; e++) {
        const at = BIN * slots[e];
        histogram[at] += first;
        histogram[at + 1] += second;
        histogram[at + 2]++;
      }
    }
    for (const { first, count, zero } of columns) {
      let firstsLeft = firsts;
      let secondsLeft = seconds;
      let rowsLeft = to - from;
      for (let at = BIN * first; at < BIN * (first + count); at += BIN) {
        firstsLeft -= histogram[at];
        secondsLeft -= histogram[at + 1];
        rowsLeft -= histogram[at + 2];
      }
      const at = BIN * (first + zero);
      histogram[at] = firstsLeft;
      histogram[at + 1] = secondsLeft;
      histogram[at + 2] = rowsLeft;
    }
  }

  private fill(column: BinnedColumn): void {
    const { count, values, start, step } = column.stored;
    const bins = this.binsOf(column);
    for (let row = 0, at = start; row < count; row++, at += step) bins[row] = binIn(column, values[at]);
  }
}

/** Makes a node's histogram that of one child, from the other child's. */
export function subtract(node: Float64Array, child: Float64Array): void {
  for (let i = 0; i < node.length; i++) node[i] -= child[i];
}

/** The kernel's own sums, of four columns at a time, lie at the beginning of its memory. */
const COLUMN_SUMS = 16 * 256;
const SUMS = 4 * COLUMN_SUMS;
/** More rows at once could spill over in a sum of the kernel. */
const MOST_ROWS = 2 ** 20 - 1;
/** What addresses of 32 bits reach, less a margin for whole pages. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

interface Functions {
  readonly four: (...values: number[]) => number;
  readonly one: (...values: number[]) => number;
  readonly flush: (...values: number[]) => number;
}

function functionsOf(kernel: Kernel): Functions {
  return { four: kernel.run('four'), one: kernel.run('one'), flush: kernel.run('flush') };
}
