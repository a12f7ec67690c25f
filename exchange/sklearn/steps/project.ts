import { addDoubles } from '../../../lib/data/blocks/index.js';
import { foldAffine, foldMatrix } from '../fold.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense, zeros } from '../values.js';

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
      addDoubles(given.kind === 'sparse' ? given : toDense(given), weights, 0, columns, out);
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
