/** Columns that are searched side by side. */
export const BESIDE = 8;

/**
 * How many of ascending thresholds are below a number, of all columns of a row: eight searches side by side, since each step waits for the
 * one before it. Eight columns have the same number of steps, so that the processor knows when their search ends, whatever the row.
 */
export class Search {
  private readonly ranks: Int32Array;
  private readonly thresholds: Float32Array;
  /** Of each eight columns: one less than where their thresholds begin, and half of how many each has, a power of two. */
  private readonly groups: Int32Array;
  /** Where each block's eights begin; one element more than blocks. */
  private readonly starts: readonly number[];

  /**
   * @param ascending each column's thresholds
   * @param bounds where each block's columns begin; one element more than blocks
   */
  constructor(
    ascending: readonly Float32Array[],
    private readonly bounds: readonly number[],
  ) {
    const groups: number[] = [];
    const starts = [0];
    let end = 0;
    const runs: { readonly at: number; readonly run: Float32Array }[] = [];
    for (let b = 0; b + 1 < bounds.length; b++) {
      for (let c = bounds[b]; c < bounds[b + 1]; c += BESIDE) {
        const together = ascending.slice(c, Math.min(c + BESIDE, bounds[b + 1]));
        const most = Math.max(...together.map(({ length }) => length));
        const half = most === 0 ? 0 : 2 ** (31 - Math.clz32(most));
        groups.push(end - 1, half);
        for (const run of together) {
          runs.push({ at: end, run });
          end += 2 * half;
        }
        end += 2 * half * (BESIDE - together.length);
      }
      starts.push(groups.length);
    }
    this.groups = Int32Array.from(groups);
    this.starts = starts;
    this.ranks = new Int32Array(ascending.length + BESIDE - 1);
    // No number is above what fills them up.
    this.thresholds = new Float32Array(end).fill(Number.POSITIVE_INFINITY);
    for (const { at, run } of runs) this.thresholds.set(run, at);
  }

  /**
   * @param numbers those of a block's columns from its front on, `apart` from each other, and room for as many as make the last eight full
   * @returns the rank of each column, 0 for NaN; those of other blocks are what they happen to be
   */
  find(block: number, numbers: Float32Array, apart: number): Int32Array {
    const { thresholds, groups, ranks, starts } = this;
    let c = this.bounds[block];
    let n = 0;
    const end = starts[block + 1];
    for (let group = starts[block]; group < end; group += 2, c += BESIDE) {
      const begin = groups[group];
      const half = groups[group + 1];
      const size = half << 1;
      const p = numbers[n];
      n += apart;
      const q = numbers[n];
      n += apart;
      const r = numbers[n];
      n += apart;
      const s = numbers[n];
      n += apart;
      const t = numbers[n];
      n += apart;
      const u = numbers[n];
      n += apart;
      const v = numbers[n];
      n += apart;
      const w = numbers[n];
      n += apart;
      let a = begin;
      let b = (a + size) | 0;
      let d = (b + size) | 0;
      let e = (d + size) | 0;
      let f = (e + size) | 0;
      let g = (f + size) | 0;
      let h = (g + size) | 0;
      let i = (h + size) | 0;
      for (let jump = half; jump > 0; jump >>= 1) {
        a = (a + (jump & -+(thresholds[a + jump] < p))) | 0;
        b = (b + (jump & -+(thresholds[b + jump] < q))) | 0;
        d = (d + (jump & -+(thresholds[d + jump] < r))) | 0;
        e = (e + (jump & -+(thresholds[e + jump] < s))) | 0;
        f = (f + (jump & -+(thresholds[f + jump] < t))) | 0;
        g = (g + (jump & -+(thresholds[g + jump] < u))) | 0;
        h = (h + (jump & -+(thresholds[h + jump] < v))) | 0;
        i = (i + (jump & -+(thresholds[i + jump] < w))) | 0;
      }
      ranks[c] = a - begin;
      ranks[c + 1] = b - begin - size;
      ranks[c + 2] = d - begin - 2 * size;
      ranks[c + 3] = e - begin - 3 * size;
      ranks[c + 4] = f - begin - 4 * size;
      ranks[c + 5] = g - begin - 5 * size;
      ranks[c + 6] = h - begin - 6 * size;
      ranks[c + 7] = i - begin - 7 * size;
    }
    return ranks;
  }
}
