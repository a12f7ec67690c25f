import { exp } from '../../../../util/math/index.js';
import type { ReadModel } from '../step.js';
import type { Values } from '../values.js';
import { toDense } from '../values.js';

/**
 * Weighted sums of the columns, and the link that makes probabilities of them. `weights` is columns x sums, row-major;
 * `intercepts` has one a sum.
 */
export const linearOfPipeline: ReadModel = (model) => {
  const sums = model.parameters.count('sums');
  const columns = model.parameters.count('columns');
  const weights = model.numbers('weights', columns * sums);
  const intercepts = model.numbers('intercepts', sums);
  const link = model.oneOf('link', ['logistic', 'softmax', 'none']);
  if (link === 'logistic' && sums !== 1) throw model.damaged(`${sums} sums for two classes`);
  const outputs = link === 'logistic' ? 2 : sums;
  return {
    outputs,
    predict(parts, rows, out) {
      for (let row = 0; row < rows; row++) for (let s = 0; s < sums; s++) out[row * sums + s] = intercepts[s];
      let first = 0;
      for (const part of parts) {
        addProduct(part, weights, first, sums, out);
        first += part.columns;
      }
      if (link === 'logistic') twoClasses(rows, out);
      else if (link === 'softmax') softmax(rows, sums, out);
    },
  };
};

function addProduct(
  part: Values,
  weights: Float64Array,
  first: number,
  sums: number,
  out: Float64Array,
): void {
  if (part.kind === 'sparse') {
    const { rows, offsets, indices, values } = part;
    for (let row = 0; row < rows; row++) {
      for (let e = offsets[row]; e < offsets[row + 1]; e++) {
        const from = (first + indices[e]) * sums;
        for (let s = 0; s < sums; s++) out[row * sums + s] += values[e] * weights[from + s];
      }
    }
    return;
  }
  const { rows, columns, values } = toDense(part);
  for (let row = 0, e = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++, e++) {
      const from = (first + c) * sums;
      for (let s = 0; s < sums; s++) out[row * sums + s] += values[e] * weights[from + s];
    }
  }
}

/** From the last row to the first, since a row's two numbers lie at or after its one. */
function twoClasses(rows: number, out: Float64Array): void {
  for (let row = rows - 1; row >= 0; row--) {
    const x = out[row];
    out[2 * row] = 1 / (1 + exp(x));
    out[2 * row + 1] = 1 / (1 + exp(-x));
  }
}

function softmax(rows: number, width: number, out: Float64Array): void {
  for (let from = 0; from < rows * width; from += width) {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + width; i++) top = Math.max(top, out[i]);
    let sum = 0;
    for (let i = from; i < from + width; i++) {
      out[i] = exp(out[i] - top);
      sum += out[i];
    }
    for (let i = from; i < from + width; i++) out[i] /= sum;
  }
}
