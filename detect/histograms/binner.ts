import { BINS } from './histograms.js';

/** Equal steps between the least and the greatest value. Bins are runs of them with about as many values each. */
export const CELLS = 2_048;

const { fround } = Math;

/**
 * Puts values into at most 256 bins of about equal count, in the order of the values: a greater value never has a
 * lower bin. It takes a few passes and no sort. Values that fill no more than 256 of 2,048 equal steps have a bin for
 * each of these.
 *
 * @example
 * const bins = new Uint8Array(3);
 * new Binner(3).write(Float32Array.of(5, 2, 5), bins, 0);
 * bins; // [1, 0, 1]
 */
export class Binner {
  private readonly cells: Uint16Array;
  private readonly counts = new Int32Array(CELLS);
  private readonly binOf = new Uint8Array(CELLS);

  /** @param most values at once */
  constructor(most: number) {
    this.cells = new Uint16Array(most);
  }

  /** Writes the bin of each value to `out` from `to` on. */
  write(values: Float32Array, out: Uint8Array, to: number): void {
    const { cells, counts, binOf } = this;
    const n = values.length;
    let least = values[0];
    let greatest = least;
    for (let i = 1; i < n; i++) {
      const value = values[i];
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    const scale = cellScale(least, greatest);
    if (scale === 0) {
      out.fill(0, to, to + n);
      return;
    }
    counts.fill(0);
    for (let i = 0; i < n; i++) {
      const cell = fround(fround(values[i] - least) * scale) | 0;
      cells[i] = cell;
      counts[cell]++;
    }
    assignBins(counts, n, binOf);
    for (let i = 0; i < n; i++) out[to + i] = binOf[cells[i]];
  }
}

/** Cells a unit, in single precision: value v is in cell trunc((v - least) * scale). 0 where all are in one. */
export function cellScale(least: number, greatest: number): number {
  const scale = fround((CELLS - 1) / fround(greatest - least));
  return scale < Number.POSITIVE_INFINITY ? scale : 0;
}

/**
 * The bin of each cell that has values.
 *
 * @param counts values of each cell, n in all
 */
function assignBins(counts: Int32Array, n: number, binOf: Uint8Array): void {
  let filled = 0;
  for (let cell = 0; cell < CELLS; cell++) filled += counts[cell] > 0 ? 1 : 0;
  if (filled <= BINS) {
    for (let cell = 0, next = 0; cell < CELLS; cell++) if (counts[cell] > 0) binOf[cell] = next++;
    return;
  }
  const share = BINS / n;
  for (let cell = 0, before = 0; cell < CELLS; cell++) {
    // 256 after the last value: no value has that cell.
    binOf[cell] = (before * share) | 0;
    before += counts[cell];
  }
}
