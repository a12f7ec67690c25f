import type { Block } from '../../data/blocks/index.js';
import { ModelError } from '../../errors.js';
import { exp } from '../../util/math/index.js';

/**
 * Checks that blocks match those of the fit and that `out` has room for `width` numbers a row.
 *
 * @param columns the number of columns that each block had
 * @returns the number of rows
 * @throws ModelError
 */
export function checkedRows(
  name: string,
  columns: readonly number[],
  blocks: readonly Block[],
  out: Float64Array,
  width: number,
): number {
  if (blocks.length !== columns.length) {
    throw new ModelError(name, `was fitted to ${columns.length} blocks, got ${blocks.length}`);
  }
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  for (let b = 0; b < blocks.length; b++) {
    if (blocks[b].columns !== columns[b]) {
      throw new ModelError(
        name,
        `block ${b} has ${blocks[b].columns} columns, but it was fitted to ${columns[b]}: give the ` +
          'features it was fitted to',
      );
    }
    if (blocks[b].rows !== rows) {
      throw new ModelError(name, `block ${b} has ${blocks[b].rows} rows, block 0 has ${rows}`);
    }
  }
  if (out.length < rows * width) {
    throw new ModelError(
      name,
      `${rows} rows need ${rows * width} scores, but there is room for ${out.length}`,
    );
  }
  return rows;
}

/** Turns the margins at the front of `out`, one a row, into two probabilities a row. */
export function logistic(rows: number, out: Float64Array): void {
  // From the last row to the first, since a row's two probabilities are at or after its one margin.
  for (let r = rows - 1; r >= 0; r--) {
    const margin = out[r];
    const small = exp(-Math.abs(margin));
    const minor = small / (1 + small);
    out[2 * r] = margin > 0 ? minor : 1 - minor;
    out[2 * r + 1] = margin > 0 ? 1 - minor : minor;
  }
}

/** Turns margins, rows x classes, into probabilities. */
export function softmaxRows(rows: number, classes: number, out: Float64Array): void {
  for (let from = 0; from < rows * classes; from += classes) {
    let top = out[from];
    for (let i = from + 1; i < from + classes; i++) if (out[i] > top) top = out[i];
    let sum = 0;
    for (let i = from; i < from + classes; i++) {
      out[i] = exp(out[i] - top);
      sum += out[i];
    }
    for (let i = from; i < from + classes; i++) out[i] /= sum;
  }
}
