import { foldAffine, foldMatrix } from '../fold.js';
import type { ReadStep } from '../step.js';
import { denseValues, type SparseValues, toDense, zeros } from '../values.js';

/** Weighted sums of the columns, less `sub`, divided by `div`. `weights` is inputs x columns, row-major. */
export const project: ReadStep = (node) => {
  const columns = node.parameters.count('columns');
  const inputs = node.width;
  const weights = node.numbers('weights', inputs * columns);
  const sub = node.has('sub') ? node.numbers('sub', columns) : undefined;
  const div = node.has('div') ? node.numbers('div', columns) : undefined;
  const factor = (c: number) => 1 / (div?.[c] ?? 1);
  return {
    columns,
    fold(form) {
      // As many sums as the matrix has columns or more are quicker one after the other.
      if (inputs * form.sums > (inputs + form.sums) * columns) return undefined;
      const moved = foldAffine(form, factor, (c) => -(sub?.[c] ?? 0) * factor(c));
      return moved && foldMatrix(moved, weights, inputs);
    },
    run([given]) {
      const { rows } = given;
      const out = zeros(rows, columns);
      if (given.kind === 'sparse') sparseSums(given, weights, columns, out);
      else denseSums(toDense(given).values, rows, inputs, weights, columns, out);
      for (let row = 0, i = 0; row < rows; row++) {
        for (let c = 0; c < columns; c++, i++) {
          if (sub !== undefined) out[i] -= sub[c];
          if (div !== undefined) out[i] /= div[c];
        }
      }
      return denseValues(rows, columns, out);
    },
  };
};

function sparseSums(given: SparseValues, weights: Float64Array, columns: number, out: Float64Array): void {
  const { rows, offsets, indices, values } = given;
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    for (let e = offsets[row]; e < offsets[row + 1]; e++) {
      const [x, from] = [values[e], indices[e] * columns];
      for (let c = 0; c < columns; c++) out[to + c] += x * weights[from + c];
    }
  }
}

/** Four sums at a time, which stay in registers. */
function denseSums(
  values: Float64Array,
  rows: number,
  inputs: number,
  weights: Float64Array,
  columns: number,
  out: Float64Array,
): void {
  const fours = columns - (columns % 4);
  for (let row = 0; row < rows; row++) {
    const [first, to] = [row * inputs, row * columns];
    for (let c = 0; c < fours; c += 4) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let i = 0, w = c; i < inputs; i++, w += columns) {
        const x = values[first + i];
        s0 += x * weights[w];
        s1 += x * weights[w + 1];
        s2 += x * weights[w + 2];
        s3 += x * weights[w + 3];
      }
      out[to + c] = s0;
      out[to + c + 1] = s1;
      out[to + c + 2] = s2;
      out[to + c + 3] = s3;
    }
    for (let c = fours; c < columns; c++) {
      let sum = 0;
      for (let i = 0, w = c; i < inputs; i++, w += columns) sum += values[first + i] * weights[w];
      out[to + c] = sum;
    }
  }
}
