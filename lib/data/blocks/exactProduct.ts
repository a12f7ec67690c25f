import type { Block } from './block.js';
import { addProduct } from './product.js';

/**
 * `addProduct` over a block's doubles; over its values where it has none. A row's sums don't depend on the other rows
 * of its block, bit for bit.
 *
 * Loops of its own: those of `addProduct` are the stages', and get slower once they have met arrays of two types.
 */
export function addExactProduct(
  block: Block,
  weights: Float64Array,
  first: number,
  outputs: number,
  out: Float64Array,
): void {
  const { exact } = block;
  if (exact === undefined) addProduct(block, weights, first, outputs, out);
  else if (block.kind === 'dense') {
    for (let row = 0, e = 0; row < block.rows; row++, e += block.columns) {
      for (let o = 0; o < outputs; o++) {
        out[row * outputs + o] += denseSum(exact, e, block.columns, weights, first * outputs + o, outputs);
      }
    }
  } else {
    const { offsets, indices } = block;
    for (let row = 0; row < block.rows; row++) {
      for (let o = 0; o < outputs; o++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        out[row * outputs + o] += sparseSum(exact, indices, from, to, weights, first * outputs + o, outputs);
      }
    }
  }
}

/** Four sums at a time, since one running sum would make each addition wait for the one before it. */
function denseSum(
  values: Float64Array,
  from: number,
  count: number,
  weights: Float64Array,
  origin: number,
  step: number,
): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = from + count;
  let e = from;
  let at = origin;
  for (; e + 3 < end; e += 4, at += 4 * step) {
    a += values[e] * weights[at];
    b += values[e + 1] * weights[at + step];
    c += values[e + 2] * weights[at + 2 * step];
    d += values[e + 3] * weights[at + 3 * step];
  }
  for (; e < end; e++, at += step) a += values[e] * weights[at];
  return a + b + (c + d);
}

function sparseSum(
  values: Float64Array,
  indices: Uint32Array,
  from: number,
  end: number,
  weights: Float64Array,
  origin: number,
  step: number,
): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let e = from;
  for (; e + 3 < end; e += 4) {
    a += values[e] * weights[origin + indices[e] * step];
    b += values[e + 1] * weights[origin + indices[e + 1] * step];
    c += values[e + 2] * weights[origin + indices[e + 2] * step];
    d += values[e + 3] * weights[origin + indices[e + 3] * step];
  }
  for (; e < end; e++) a += values[e] * weights[origin + indices[e] * step];
  return a + b + (c + d);
}
