import { dividing } from '../norms.js';
import type { ReadStep } from '../step.js';
import { sameColumns } from './columns.js';

/** Rows divided by their norm, where that isn't 0. */
export const normalize: ReadStep = (node) => {
  const columns = sameColumns(node);
  const norm = node.oneOf('norm', ['l1', 'l2', 'max']);
  const divide = { sparse: dividing(norm, 'sparse'), dense: dividing(norm, 'dense') };
  return {
    columns,
    run([given]) {
      if (given.kind === 'raw') throw node.damaged('it reads values that are no numbers');
      const values = Float64Array.from(given.values);
      for (let row = 0; row < given.rows; row++) {
        const [from, to] =
          given.kind === 'sparse'
            ? [given.offsets[row], given.offsets[row + 1]]
            : [row * columns, (row + 1) * columns];
        divide[given.kind](values, from, to);
      }
      return { ...given, values };
    },
  };
};
