import type { SparseValues } from '../../../lib/data/blocks/index.js';
import { log } from '../../../lib/util/math/index.js';
import { dividing } from '../norms.js';
import type { ReadStep } from '../step.js';
import { faultAt, toDense, type Values } from '../values.js';

/** Counts weighed: `TfidfTransformer`. */
export const tfidfTransform: ReadStep = (node) => {
  const columns = node.parameters.count('columns');
  const weights = node.has('idf') ? node.numbers('idf', columns) : undefined;
  const sublinear = node.flag('sublinear');
  const divide = dividing(node.oneOf('norm', ['l1', 'l2', 'none']), 'sparse');
  return {
    columns,
    run([given]): SparseValues {
      const counts = given.kind === 'sparse' ? given : nonzeros(given);
      const { rows, offsets, indices } = counts;
      const values = counts.values.slice();
      for (let row = 0; row < rows; row++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        for (let e = from; e < to; e++) {
          if (sublinear && !(values[e] > 0)) throw faultAt(row, `a count of ${values[e]} has no logarithm`);
          if (sublinear) values[e] = 1 + log(values[e]);
          if (weights !== undefined) values[e] *= weights[indices[e]];
        }
        divide(values, from, to);
      }
      return { ...counts, values };
    },
  };
};

function nonzeros(given: Values): SparseValues {
  const { rows, columns, values: all } = toDense(given);
  const offsets = new Uint32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) {
      const value = all[row * columns + c];
      if (value === 0) continue;
      indices.push(c);
      values.push(value);
    }
    offsets[row + 1] = values.length;
  }
  return {
    kind: 'sparse',
    rows,
    columns,
    offsets,
    indices: Uint32Array.from(indices),
    values: Float64Array.from(values),
  };
}
