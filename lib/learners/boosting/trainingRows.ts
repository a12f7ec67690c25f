import { type BinnedColumn, binIn, totalBins } from './bins.js';
import { writeBins } from './edges.js';
import { fastLoops } from './fastLoops.js';
import { BIN, type DenseBins, type Loops, plainLoops } from './plainLoops.js';
import { type SparseBins, sparseBins } from './sparseBins.js';

/**
 * The binned columns of the training rows, and histograms of their derivatives over any of the rows.
 *
 * Derivatives are whole numbers (see `grid.ts`), so that every sum is exact: neither the order of the rows, nor
 * subtracting one histogram from another, nor leaving out the zeros of sparse columns changes a bit of it.
 */
export class TrainingRows {
  /** All rows, in an order that keeps together those that trees haven't told apart. */
  readonly order: Int32Array;
  /** First and second derivative of each row. */
  readonly derivatives: Int32Array;
  /** Room for histograms. */
  readonly pool: readonly Float64Array[];
  private readonly loops: Loops;
  private readonly dense: ReadonlyMap<BinnedColumn, DenseBins>;
  private readonly sparse: SparseBins;
  /** The bins of a sparse column's rows, while it divides them. */
  private readonly spread: Uint8Array;
  private readonly goesLeft: Uint8Array;
  private readonly scratch: Int32Array;

  /**
   * @param pooled how many histograms may be in use at once
   * @param fast false keeps to the plain loops
   */
  constructor(columns: readonly BinnedColumn[], rows: number, pooled: number, fast = true) {
    const dense = columns.filter(({ stored }) => stored.rows === undefined);
    const size = totalBins(columns) * BIN;
    const bytes = 8 * (rows + pooled * size) + 4 * 2 * rows + 256 + rows * (dense.length + 1);
    const kernel = fast ? fastLoops(bytes) : undefined;
    const memory = kernel?.memory ?? new ArrayBuffer(bytes);
    let at = kernel?.begin ?? 0;
    const next = (length: number) => {
      at += length;
      return at - length;
    };
    this.loops = kernel ?? plainLoops;
    this.derivatives = new Int32Array(memory, next(8 * rows), 2 * rows);
    this.pool = Array.from({ length: pooled }, () => new Float64Array(memory, next(8 * size), size));
    this.order = new Int32Array(memory, next(4 * rows), rows);
    this.scratch = new Int32Array(memory, next(4 * rows), rows);
    this.goesLeft = new Uint8Array(memory, next(256), 256);
    this.spread = new Uint8Array(memory, next(rows), rows);
    this.dense = new Map(
      dense.map((column) => [column, denseBins(column, new Uint8Array(memory, next(rows), rows))]),
    );
    this.sparse = sparseBins(columns, rows);
  }

  /** Makes `histogram` that of the rows order[from … to - 1]: of the dense ones among `columns`, and of all sparse ones. */
  build(histogram: Float64Array, columns: readonly BinnedColumn[], from: number, to: number): void {
    histogram.fill(0);
    const rows = this.order.subarray(from, to);
    const dense = columns.flatMap((column) => this.dense.get(column) ?? []);
    this.loops.add(histogram, dense, rows, this.derivatives);
    if (this.sparse.columns.length > 0) addSparse(histogram, this.sparse, rows, this.derivatives);
  }

  /** Makes a node's histogram that of one child, from the other child's. */
  subtract(node: Float64Array, child: Float64Array): void {
    this.loops.subtract(node, child);
  }

  /** Moves the rows among order[from … to - 1] that go left before the others; returns where the others begin. */
  divide(column: BinnedColumn, goesLeft: Uint8Array, from: number, to: number): number {
    if (from === to) return to;
    this.goesLeft.set(goesLeft);
    const rows = this.order.subarray(from, to);
    return from + this.loops.partition(rows, this.binsOf(column), this.goesLeft, this.scratch);
  }

  private binsOf(column: BinnedColumn): Uint8Array {
    const dense = this.dense.get(column);
    if (dense) return dense.bins;
    const { spread } = this;
    const sparse = this.sparse.ofColumn.get(column);
    if (sparse === undefined) throw new RangeError(`column ${column.column} has no bins`);
    spread.fill(sparse.zero);
    for (let i = 0; i < sparse.rows.length; i++) spread[sparse.rows[i]] = sparse.bins[i];
    return spread;
  }
}

function denseBins(column: BinnedColumn, bins: Uint8Array): DenseBins {
  const { values, start, step } = column.stored;
  if (column.edges) writeBins(column.edges, values, start, step, bins, column.bins);
  else
    for (let row = 0, at = start; row < bins.length; row++, at += step) bins[row] = binIn(column, values[at]);
  return { bins, first: column.first, count: column.bins + Number(column.hasMissing) };
}

/** Adds what is stored, then gives the bin of zeros whatever all rows have beyond it. */
function addSparse(
  histogram: Float64Array,
  sparse: SparseBins,
  rows: Int32Array,
  derivatives: Int32Array,
): void {
  const { offsets, slots, columns } = sparse;
  let firsts = 0;
  let seconds = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
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
    let rowsLeft = rows.length;
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
