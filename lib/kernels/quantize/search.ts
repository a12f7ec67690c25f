/** Columns that are searched side by side. */
export const BESIDE = 4;

/** Above the key of every number. */
const HIGHEST = 2 ** 31 - 1;

/**
 * How many of ascending thresholds are below a number, of all columns of a row: four searches side by side, since each step waits for the
 * one before it. Four columns have the same number of steps, so that the processor knows when their search ends, whatever the row.
 *
 * Thresholds lie as padded trees do (`PaddedForest`), level after level of all four, so that a step is a look and a comparison: of whole
 * numbers, which ascend as the floats do that they are made of.
 */
export class Search {
  private readonly ranks: Int32Array;
  private readonly keys: Int32Array;
  /** Of each four columns: where their keys begin, and how many steps a search has. */
  private readonly groups: Int32Array;
  /** Where each block's fours begin; one element more than blocks. */
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
    const trees: {
      readonly from: number;
      readonly depth: number;
      readonly together: readonly Float32Array[];
    }[] = [];
    let end = 0;
    for (let b = 0; b + 1 < bounds.length; b++) {
      for (let c = bounds[b]; c < bounds[b + 1]; c += BESIDE) {
        const together = ascending.slice(c, Math.min(c + BESIDE, bounds[b + 1]));
        const depth = 32 - Math.clz32(Math.max(...together.map(({ length }) => length)));
        groups.push(end, depth);
        trees.push({ from: end, depth, together });
        end += BESIDE << depth;
      }
      starts.push(groups.length);
    }
    this.groups = Int32Array.from(groups);
    this.starts = starts;
    this.ranks = new Int32Array(ascending.length + BESIDE - 1);
    this.keys = new Int32Array(end).fill(HIGHEST);
    for (const { from, depth, together } of trees) {
      together.forEach((run, lane) => {
        const bits = new Int32Array(run.map((threshold) => threshold + 0).buffer);
        for (let level = 0; level < depth; level++) {
          for (let i = 0; i < 2 ** level; i++) {
            const threshold = (2 * i + 1) * 2 ** (depth - 1 - level) - 1;
            if (threshold < run.length) {
              this.keys[from + ((BESIDE + lane) << level) + i] = keyOf(bits[threshold]);
            }
          }
        }
      });
    }
  }

  /**
   * @param bits of a block's numbers from its first column on, `apart` from each other, with room for as many as make the last four full
   * @returns the rank of each column, anything for NaN; those of other blocks are what they happen to be
   */
  find(block: number, bits: Int32Array, apart: number): Int32Array {
    const { keys, groups, ranks, starts } = this;
    let c = this.bounds[block];
    let n = 0;
    const end = starts[block + 1];
    for (let group = starts[block]; group < end; group += 2, c += BESIDE) {
      const from = groups[group];
      const depth = groups[group + 1];
      const p = keyOf(bits[n]);
      n += apart;
      const q = keyOf(bits[n]);
      n += apart;
      const r = keyOf(bits[n]);
      n += apart;
      const s = keyOf(bits[n]);
      n += apart;
      let a = 4;
      let b = 5;
      let d = 6;
      let e = 7;
      for (let left = depth; left > 0; left--) {
        a = ((a << 1) + +(keys[(from + a) | 0] < p)) | 0;
        b = ((b << 1) + +(keys[(from + b) | 0] < q)) | 0;
        d = ((d << 1) + +(keys[(from + d) | 0] < r)) | 0;
        e = ((e << 1) + +(keys[(from + e) | 0] < s)) | 0;
      }
      ranks[c] = a - (4 << depth);
      ranks[c + 1] = b - (5 << depth);
      ranks[c + 2] = d - (6 << depth);
      ranks[c + 3] = e - (7 << depth);
    }
    return ranks;
  }
}

/** A float's bits as a whole number that ascends as floats do; -0 is under 0, and so must be no threshold. */
function keyOf(bits: number): number {
  return bits ^ ((bits >> 31) & HIGHEST);
}
