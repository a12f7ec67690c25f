import type { Block } from './block.js';

/**
 * `out[row * outputs + o] += sum over columns of block[row, column] * weights[(first + column) * outputs + o]`.
 *
 * `first` is where the block's columns begin in `weights`, so that a model reads several blocks in place and
 * nothing is ever concatenated.
 */
export function addProduct(
  block: Block,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  if (outputs === 1) {
    addVectorProduct(block, weights, first, out);
    return;
  }
  const { rows, columns, values } = block;
  for (let r = 0; r < rows; r++) {
    const to = r * outputs;
    const begin = block.kind === 'dense' ? r * columns : block.offsets[r];
    const end = block.kind === 'dense' ? begin + columns : block.offsets[r + 1];
    for (let e = begin; e < end; e++) {
      const value = values[e];
      const from = (first + (block.kind === 'dense' ? e - begin : block.indices[e])) * outputs;
      for (let o = 0; o < outputs; o++) out[to + o] += value * weights[from + o];
    }
  }
}

function addVectorProduct(block: Block, weights: Float64Array, first: number, out: Float64Array): void {
  const { rows, columns, values } = block;
  if (block.kind === 'dense') {
    for (let r = 0, e = 0; r < rows; r++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += values[e++] * weights[first + c];
      out[r] += sum;
    }
    return;
  }
  const { offsets, indices } = block;
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let e = offsets[r], end = offsets[r + 1]; e < end; e++)
      sum += values[e] * weights[first + indices[e]];
    out[r] += sum;
  }
}

/**
 * The transpose of {@link addProduct}:
 * `out[(first + column) * outputs + o] += sum over rows of block[row, column] * residual[row * outputs + o]`.
 */
export function addTransposeProduct(
  block: Block,
  residual: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const { rows, columns, values } = block;
  for (let r = 0; r < rows; r++) {
    const from = r * outputs;
    const begin = block.kind === 'dense' ? r * columns : block.offsets[r];
    const end = block.kind === 'dense' ? begin + columns : block.offsets[r + 1];
    if (outputs === 1) {
      const factor = residual[r];
      if (factor === 0) continue;
      if (block.kind === 'dense') {
        for (let c = 0; c < columns; c++) out[first + c] += values[begin + c] * factor;
      } else {
        const { indices } = block;
        for (let e = begin; e < end; e++) out[first + indices[e]] += values[e] * factor;
      }
      continue;
    }
    for (let e = begin; e < end; e++) {
      const value = values[e];
      const to = (first + (block.kind === 'dense' ? e - begin : block.indices[e])) * outputs;
      for (let o = 0; o < outputs; o++) out[to + o] += value * residual[from + o];
    }
  }
}
