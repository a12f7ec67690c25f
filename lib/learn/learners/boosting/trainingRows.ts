import { type BinnedColumn, binIn, totalBins } from './bins.js';
import { writeBins } from './edges.js';
import { fastLoops } from './fastLoops.js';
import { BIN, CUT, type DenseBins, type Loops, plainLoops, subtractBins } from './plainLoops.js';
import { SparseRows } from './sparseRows.js';

/**
 * The binned columns of the training rows, and histograms of their derivatives over any of the rows.
 *
 * Derivatives are whole numbers (see `grid.ts`), so that every sum is exact: the order of the rows,
 * subtracting histograms, and leaving out the zeros of sparse columns don't change a bit of it.
 */
export class TrainingRows {
  /** All rows, in an order that keeps rows of one leaf together. */
  readonly order: Int32Array;
  /** First and second derivative of each row. */
  readonly derivatives: Int32Array;
  /** Room for histograms. */
  readonly pool: readonly Float64Array[];
  /** Room for the scan of a node: see {@link CUT}. */
  readonly cut: Float64Array;
  readonly loops: Loops;
  private readonly dense: readonly DenseBins[];
  private readonly sparse: SparseRows;
  /** The bins of a sparse column's rows, while it divides them. */
  private readonly spread: Uint8Array;
  private readonly goesLeft: Uint8Array;
  private readonly scratch: Int32Array;

  /**
   * @param pooled the number of histograms that may be in use at once
   * @param fast false keeps to the plain loops
   */
  constructor(columns: readonly BinnedColumn[], rows: number, pooled: number, fast = true) {
    const dense = columns.filter(({ zero }) => zero === -1);
    const size = totalBins(columns) * BIN;
    const bytes = 8 * (rows + pooled * size + CUT) + 4 * 2 * rows + 256 + rows * (dense.length + 1);
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
    this.cut = new Float64Array(memory, next(8 * CUT), CUT);
    this.order = new Int32Array(memory, next(4 * rows), rows);
    this.scratch = new Int32Array(memory, next(4 * rows), rows);
    this.goesLeft = new Uint8Array(memory, next(256), 256);
    this.spread = new Uint8Array(memory, next(rows), rows);
    this.dense = dense.map((column) => denseBins(column, new Uint8Array(memory, next(rows), rows)));
    this.sparse = new SparseRows(columns, rows);
  }

  /**
   * Writes the sums of the rows order[from … to - 1] to the bins of these columns. Bins of others hold
   * what earlier nodes left there, and must not be read.
   *
   * @param whole a histogram of the rows' parent, from which they are subtracted, too
   * @returns the columns of `columns` that it holds: the others can't divide these rows
   */
  build(
    histogram: Float64Array,
    columns: readonly BinnedColumn[],
    from: number,
    to: number,
    whole?: Float64Array,
  ): readonly BinnedColumn[] {
    const { sparse, derivatives } = this;
    const rows = this.order.subarray(from, to);
    this.loops.sum(histogram, this.denseOf(columns), rows, derivatives, whole);
    if (sparse.count === 0) return columns;
    sparse.add(histogram, rows, derivatives);
    const held = columns.filter((column) => column.zero === -1 || sparse.isTouched(column));
    if (whole) {
      for (const { zero, first, width } of held) {
        if (zero !== -1) subtractBins(whole, histogram, { first, count: width });
      }
    }
    return held;
  }

  /** Takes the rows order[from … to - 1] out of a histogram that holds them and others in these columns. */
  take(histogram: Float64Array, columns: readonly BinnedColumn[], from: number, to: number): void {
    const rows = this.order.subarray(from, to);
    this.loops.take(histogram, this.denseOf(columns), rows, this.derivatives);
    this.sparse.take(histogram, rows, this.derivatives);
  }

  /**
   * Moves the rows among order[from … to - 1] that go left before the others; returns the start of
   * the others.
   */
  divide(column: BinnedColumn, goesLeft: Uint8Array, from: number, to: number): number {
    if (from === to) return to;
    this.goesLeft.set(goesLeft);
    const rows = this.order.subarray(from, to);
    return from + this.loops.partition(rows, this.binsOf(column), this.goesLeft, this.scratch);
  }

  private denseOf(columns: readonly BinnedColumn[]): DenseBins[] {
    const { dense, sparse } = this;
    const used = sparse.count === 0 ? columns : columns.filter(({ zero }) => zero === -1);
    return used.map(({ place }) => dense[place]);
  }

  private binsOf(column: BinnedColumn): Uint8Array {
    if (column.zero === -1) return this.dense[column.place].bins;
    this.sparse.spread(column, this.spread);
    return this.spread;
  }
}

function denseBins(column: BinnedColumn, bins: Uint8Array): DenseBins {
  const { values, start, step } = column.stored;
  if (column.edges) writeBins(column.edges, values, start, step, bins, column.bins);
  else
    for (let row = 0, at = start; row < bins.length; row++, at += step) bins[row] = binIn(column, values[at]);
  return { bins, first: column.first, count: column.width };
}
