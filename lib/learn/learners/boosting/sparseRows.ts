import { type BinnedColumn, binIn, totalBins } from './bins.js';
import { BIN } from './plainLoops.js';

/**
 * The sparse columns of the training rows. A histogram holds only the columns in which one of its
 * rows has a stored number beyond the bin of zeros: in any other column all rows are in that bin,
 * so that it can't divide them. The bin of zeros is never summed: it is the node's sums less those
 * of the other bins.
 */
export class SparseRows {
  readonly count: number;
  private readonly columns: readonly SparseColumn[];
  /**
   * Row `r` has the bins `slots[offsets[r]] … slots[offsets[r + 1] - 1]`, numbered across all
   * columns.
   */
  private readonly offsets: Uint32Array;
  private readonly slots: Uint32Array;
  /** The column of each bin, counted from the first sparse one's. */
  private readonly owners: Uint32Array;
  private readonly first: number;
  /** For each column, the histogram that touched it last. */
  private readonly touched: Float64Array;
  private histograms = 0;

  constructor(columns: readonly BinnedColumn[], rows: number) {
    const sparse = columns.filter(({ zero }) => zero !== -1);
    this.columns = sparse.map(sparseColumn);
    this.count = sparse.length;
    this.first = sparse.length === 0 ? 0 : sparse[0].first;
    this.touched = new Float64Array(sparse.length);
    this.owners = new Uint32Array(totalBins(sparse));
    this.offsets = new Uint32Array(rows + 1);
    for (const { rows: of } of this.columns) for (const row of of) this.offsets[row + 1]++;
    for (let row = 0; row < rows; row++) this.offsets[row + 1] += this.offsets[row];
    const next = this.offsets.slice();
    this.slots = new Uint32Array(this.offsets[rows]);
    this.columns.forEach(({ rows: of, bins, first, width }, place) => {
      for (let i = 0; i < of.length; i++) this.slots[next[of[i]]++] = first + bins[i];
      this.owners.fill(place, first - this.first, first - this.first + width);
    });
  }

  /**
   * Sums the derivatives of rows in the columns that store values for them; {@link isTouched} then
   * reports which.
   */
  add(histogram: Float64Array, rows: Int32Array, derivatives: Int32Array): void {
    const { offsets, slots, owners, touched, first } = this;
    const histograms = ++this.histograms;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const one = derivatives[2 * row];
      const two = derivatives[2 * row + 1];
      for (let e = offsets[row]; e < offsets[row + 1]; e++) {
        const slot = slots[e];
        const owner = owners[slot - first];
        if (touched[owner] !== histograms) {
          touched[owner] = histograms;
          this.clear(histogram, owner);
        }
        const at = BIN * slot;
        histogram[at] += one;
        histogram[at + 1] += two;
        histogram[at + 2]++;
      }
    }
  }

  /** Takes rows out of a histogram that holds them and others. */
  take(histogram: Float64Array, rows: Int32Array, derivatives: Int32Array): void {
    const { offsets, slots } = this;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      for (let e = offsets[row]; e < offsets[row + 1]; e++) {
        const at = BIN * slots[e];
        histogram[at] -= derivatives[2 * row];
        histogram[at + 1] -= derivatives[2 * row + 1];
        histogram[at + 2]--;
      }
    }
  }

  /** Whether the rows that were added last have a number in this column. */
  isTouched({ place }: BinnedColumn): boolean {
    return this.touched[place] === this.histograms;
  }

  /** Writes the bin of every row. */
  spread({ place }: BinnedColumn, into: Uint8Array): void {
    const { rows, bins, zero } = this.columns[place];
    into.fill(zero);
    for (let i = 0; i < rows.length; i++) into[rows[i]] = bins[i];
  }

  private clear(histogram: Float64Array, place: number): void {
    const { first, width } = this.columns[place];
    histogram.fill(0, BIN * first, BIN * (first + width));
  }
}

interface SparseColumn {
  /** Rows whose number isn't in the bin of zeros, and their bins. */
  readonly rows: Uint32Array;
  readonly bins: Uint8Array;
  readonly zero: number;
  readonly first: number;
  readonly width: number;
}

function sparseColumn(column: BinnedColumn): SparseColumn {
  const { zero, first } = column;
  const { count, values, start, rows = new Uint32Array(0) } = column.stored;
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
    first,
    width: column.width,
  };
}
