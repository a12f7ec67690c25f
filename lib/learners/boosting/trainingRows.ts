import type { SharedMemory } from '../../wasm.js';
import { type BinnedColumn, binIn, type SplitColumn, totalBins } from './bins.js';
import { Crew } from './crew.js';
import { writeBins } from './edges.js';
import { fastLoops } from './fastLoops.js';
import { type HistogramArrays, Histograms, histogramNumbers, type Wanted } from './histograms.js';
import { BIN, type DenseBins, type Loops, plainLoops } from './plainLoops.js';
import { SparseRows } from './sparseRows.js';
import { bestSplit, type LeafRules, type Split } from './split.js';

/** A leaf whose histogram is wanted, and the sparse columns that may divide it. */
export interface WantedColumns extends Wanted {
  readonly sparse: readonly SplitColumn[];
}

export interface FoundSplit {
  /** The sparse columns that the histogram holds. */
  readonly sparse: readonly SplitColumn[];
  readonly split: Split | undefined;
}

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
  /** With which workers reach all this, where there can be any. */
  readonly shared: SharedMemory | undefined;
  /** What workers take part in. */
  readonly arrays: HistogramArrays;
  readonly histograms: Histograms;
  private readonly loops: Loops;
  private readonly sparse: SparseRows;
  /** The bins of a sparse column's rows, while it divides them. */
  private readonly spread: Uint8Array;
  private readonly goesLeft: Uint8Array;
  private readonly scratch: Int32Array;

  /**
   * @param pooled how many histograms may be in use at once
   * @param fast false keeps to the plain loops
   */
  constructor(
    columns: readonly BinnedColumn[],
    rows: number,
    pooled: number,
    fast = true,
    private readonly crew = new Crew(1),
  ) {
    const dense = columns.filter(({ zero }) => zero === -1);
    const size = totalBins(columns) * BIN;
    const bytes = 8 * (rows + pooled * size) + 4 * 2 * rows + 256 + rows * (dense.length + 1);
    const kernel = fast ? fastLoops(bytes, crew.threads) : undefined;
    const memory = kernel?.memory ?? new ArrayBuffer(bytes);
    let at = kernel?.begin ?? 0;
    const next = (length: number) => {
      at += length;
      return at - length;
    };
    this.loops = kernel ?? plainLoops;
    this.shared = kernel?.shared;
    this.derivatives = new Int32Array(memory, next(8 * rows), 2 * rows);
    this.pool = Array.from({ length: pooled }, () => new Float64Array(memory, next(8 * size), size));
    this.order = new Int32Array(memory, next(4 * rows), rows);
    this.scratch = new Int32Array(memory, next(4 * rows), rows);
    this.goesLeft = new Uint8Array(memory, next(256), 256);
    this.spread = new Uint8Array(memory, next(rows), rows);
    this.arrays = {
      columns: dense.map(({ stored, ...column }) => column),
      dense: dense.map((column) => denseBins(column, new Uint8Array(memory, next(rows), rows))),
      pool: this.pool,
      order: this.order,
      derivatives: this.derivatives,
      ...histogramNumbers(dense.length, crew),
    };
    this.histograms = new Histograms(this.arrays, this.loops);
    this.sparse = new SparseRows(columns, rows);
  }

  /**
   * Makes the histograms of leaves, two at most, and finds what divides them best. Sparse columns of a leaf that is built
   * from its rows are narrowed to those that they touch: the others can't divide them.
   */
  find(leaves: readonly WantedColumns[], rules: LeafRules): FoundSplit[] {
    const splits = this.histograms.find(leaves, rules, this.crew);
    let columns: readonly SplitColumn[] = [];
    return leaves.map((leaf, i) => {
      // What a histogram is taken off has the columns of both.
      columns = leaf.less === undefined ? this.addSparse(leaf) : this.takeOff(leaf, leaf.less, columns);
      const split = splits[i];
      const other =
        leaf.isSearched && columns.length > 0
          ? bestSplit(this.pool[leaf.at], columns, leaf.sums, rules, leaf.bounds)
          : undefined;
      return { sparse: columns, split: better(split, other) };
    });
  }

  /** Begins a tree. */
  begin(columns: readonly SplitColumn[], rules: LeafRules): readonly SplitColumn[] {
    this.histograms.begin(columns, rules, this.crew.isSharing);
    return this.sparse.count === 0 ? [] : columns.filter(({ zero }) => zero !== -1);
  }

  private addSparse({ at, from, to, sparse }: WantedColumns): readonly SplitColumn[] {
    if (sparse.length === 0) return sparse;
    this.sparse.add(this.pool[at], this.order.subarray(from, to), this.derivatives);
    return sparse.filter((column) => this.sparse.isTouched(column));
  }

  private takeOff(
    { at, sparse }: WantedColumns,
    less: number,
    columns: readonly SplitColumn[],
  ): readonly SplitColumn[] {
    const [node, child] = [this.pool[at], this.pool[less]];
    for (const { first, width } of columns) {
      const end = BIN * (first + width);
      for (let i = BIN * first; i < end; i++) node[i] -= child[i];
    }
    return sparse;
  }

  /** Moves the rows among order[from … to - 1] that go left before the others; returns where the others begin. */
  divide(column: SplitColumn, goesLeft: Uint8Array, from: number, to: number): number {
    if (from === to) return to;
    this.goesLeft.set(goesLeft);
    const rows = this.order.subarray(from, to);
    return from + this.loops.partition(rows, this.binsOf(column), this.goesLeft, this.scratch);
  }

  private binsOf(column: SplitColumn): Uint8Array {
    if (column.zero === -1) return this.arrays.dense[column.place].bins;
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

/** Ties go to the first column, as in each of the two. */
function better(one: Split | undefined, other: Split | undefined): Split | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.score !== other.score) return one.score > other.score ? one : other;
  return one.column.column < other.column.column ? one : other;
}
