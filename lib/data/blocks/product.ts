import type { Block, DenseBlock, SparseBlock } from './block.js';

/**
 * `out[row * outputs + o] += sum over columns of block[row, column] * weights[(first + column) * outputs + o]`.
 *
 * `first` is where the block's columns begin in `weights`, so that a model reads several blocks in place and
 * nothing is ever concatenated. A row's sums don't depend on the other rows of its block, bit for bit.
 */
export function addProduct(
  block: Block,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  if (outputs === 1) {
    if (block.kind === 'dense') addDenseVector(block, weights, first, out);
    else addSparseVector(block, weights, first, out);
    return;
  }
  if (block.kind === 'dense') addDenseMatrix(block, weights, first, outputs, out);
  else addSparseMatrix(block, weights, first, outputs, out);
}

function addDenseVector(block: DenseBlock, weights: Float64Array, first: number, out: Float64Array): void {
  const { rows, columns, values } = block;
  for (let r = 0, e = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += values[e++] * weights[first + c];
    out[r] += sum;
  }
}

/** Four sums at a time, since one running sum would make each addition wait for the one before it. */
function addSparseVector(block: SparseBlock, weights: Float64Array, first: number, out: Float64Array): void {
  const { rows, offsets, indices, values } = block;
  for (let r = 0; r < rows; r++) {
    const end = offsets[r + 1];
    let e = offsets[r];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (; e + 3 < end; e += 4) {
      a += values[e] * weights[first + indices[e]];
      b += values[e + 1] * weights[first + indices[e + 1]];
      c += values[e + 2] * weights[first + indices[e + 2]];
      d += values[e + 3] * weights[first + indices[e + 3]];
    }
    for (; e < end; e++) a += values[e] * weights[first + indices[e]];
    out[r] += a + b + (c + d);
  }
}

function addDenseMatrix(
  block: DenseBlock,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const { rows, columns, values } = block;
  for (let r = 0, e = 0; r < rows; r++) {
    const to = r * outputs;
    for (let c = 0, from = first * outputs; c < columns; c++, from += outputs) {
      const value = values[e++];
      for (let o = 0; o < outputs; o++) out[to + o] += value * weights[from + o];
    }
  }
}

/** Two outputs at a time: sums stay in registers, and a row read again is still in the cache. */
function addSparseMatrix(
  block: SparseBlock,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const { rows, offsets, indices, values } = block;
  for (let r = 0; r < rows; r++) {
    const begin = offsets[r];
    const end = offsets[r + 1];
    const to = r * outputs;
    let o = 0;
    for (; o + 1 < outputs; o += 2) {
      const origin = first * outputs + o;
      let a = 0;
      let b = 0;
      for (let e = begin; e < end; e++) {
        const value = values[e];
        const from = origin + indices[e] * outputs;
        a += value * weights[from];
        b += value * weights[from + 1];
      }
      out[to + o] += a;
      out[to + o + 1] += b;
    }
    if (o === outputs) continue;
    const origin = first * outputs + o;
    let sum = 0;
    for (let e = begin; e < end; e++) sum += values[e] * weights[origin + indices[e] * outputs];
    out[to + o] += sum;
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
  if (block.kind === 'dense') addDenseTranspose(block, residual, first, outputs, out);
  else if (outputs === 1) addSparseTransposeVector(block, residual, first, out);
  else addSparseTransposeMatrix(block, residual, first, outputs, out);
}

function addDenseTranspose(
  block: DenseBlock,
  residual: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const { rows, columns, values } = block;
  for (let r = 0, e = 0; r < rows; r++) {
    const from = r * outputs;
    for (let c = 0, to = first * outputs; c < columns; c++, to += outputs) {
      const value = values[e++];
      for (let o = 0; o < outputs; o++) out[to + o] += value * residual[from + o];
    }
  }
}

function addSparseTransposeVector(
  block: SparseBlock,
  residual: Float64Array,
  first: number,
  out: Float64Array,
): void {
  const { rows, offsets, indices, values } = block;
  for (let r = 0; r < rows; r++) {
    const factor = residual[r];
    if (factor === 0) continue;
    for (let e = offsets[r], end = offsets[r + 1]; e < end; e++)
      out[first + indices[e]] += values[e] * factor;
  }
}

function addSparseTransposeMatrix(
  block: SparseBlock,
  residual: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const { rows, offsets, indices, values } = block;
  for (let r = 0; r < rows; r++) {
    const begin = offsets[r];
    const end = offsets[r + 1];
    const from = r * outputs;
    let o = 0;
    for (; o + 1 < outputs; o += 2) {
      const origin = first * outputs + o;
      const a = residual[from + o];
      const b = residual[from + o + 1];
      for (let e = begin; e < end; e++) {
        const value = values[e];
        const to = origin + indices[e] * outputs;
        out[to] += value * a;
        out[to + 1] += value * b;
      }
    }
    if (o === outputs) continue;
    const origin = first * outputs + o;
    const factor = residual[from + o];
    for (let e = begin; e < end; e++) out[origin + indices[e] * outputs] += values[e] * factor;
  }
}
