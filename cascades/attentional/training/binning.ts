import { BINS } from '../../../lib/histograms/index.js';

/** Equal steps between the least and the greatest value. Bins are runs of them with about as many windows each. */
const CELLS = 4_096;

/**
 * Puts values into at most 256 bins of about equal count, in the order of the values: a greater value never has a lower bin. It
 * takes a few passes and no sort. Values that fill no more than 256 of 4,096 equal steps have a bin for each of these.
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
    if (!(greatest > least)) {
      out.fill(0, to, to + n);
      return;
    }
    const scale = (CELLS - 1) / (greatest - least);
    counts.fill(0);
    for (let i = 0; i < n; i++) {
      const cell = ((values[i] - least) * scale) | 0;
      cells[i] = cell;
      counts[cell]++;
    }
    this.assign(n);
    for (let i = 0; i < n; i++) out[to + i] = binOf[cells[i]];
  }

  private assign(n: number): void {
    const { counts, binOf } = this;
    let filled = 0;
    for (let cell = 0; cell < CELLS; cell++) filled += counts[cell] > 0 ? 1 : 0;
    const share = BINS / n;
    for (let cell = 0, before = 0, next = -1; cell < CELLS; cell++) {
      if (counts[cell] === 0) continue;
      binOf[cell] = filled <= BINS ? ++next : before * share;
      before += counts[cell];
    }
  }
}
