import type { Candidate } from './candidate.js';

/**
 * Rows of a chain that fall into the same bin in every stage, as one: thresholds between bins treat
 * them alike.
 */
export interface Cells {
  readonly count: number;
  /** Rows in each cell. */
  readonly weights: Float64Array;
  /** The bin of each cell, for each stage. */
  readonly codes: readonly Uint16Array[];
  /** The sum of the losses of a cell's rows, for each stage. */
  readonly lost: readonly Float64Array[];
}

export function cellsOf(stages: readonly Candidate[], rows: number): Cells {
  let ids = new Int32Array(rows);
  let count = 1;
  for (const { bins } of stages) ({ ids, count } = divide(ids, bins.codes, bins.risk.length));
  const weights = new Float64Array(count);
  for (let row = 0; row < rows; row++) weights[ids[row]]++;
  const codes = stages.map(({ bins }) => {
    const own = new Uint16Array(count);
    for (let row = 0; row < rows; row++) own[ids[row]] = bins.codes[row];
    return own;
  });
  const lost = stages.map(({ evidence }) => {
    const sums = new Float64Array(count);
    for (let row = 0; row < rows; row++) sums[ids[row]] += evidence.loss[row];
    return sums;
  });
  return { count, weights, codes, lost };
}

/** Divides groups of rows by their codes: numbers the pairs in the order of their first rows. */
function divide(
  ids: Int32Array,
  codes: Uint16Array,
  width: number,
): { readonly ids: Int32Array<ArrayBuffer>; readonly count: number } {
  const rows = ids.length;
  let slots = 16;
  while (slots < 2 * rows) slots *= 2;
  const mask = slots - 1;
  const keys = new Float64Array(slots).fill(-1);
  const numbers = new Int32Array(slots);
  const divided = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const key = ids[row] * width + codes[row];
    // Fibonacci hashing, then the next free slot.
    let at = (Math.imul(key | 0, 0x9e3779b1) >>> 7) & mask;
    while (keys[at] !== key && keys[at] !== -1) at = (at + 1) & mask;
    if (keys[at] === -1) {
      keys[at] = key;
      numbers[at] = count++;
    }
    divided[row] = numbers[at];
  }
  return { ids: divided, count };
}
