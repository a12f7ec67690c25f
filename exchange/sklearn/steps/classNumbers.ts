import { greatest } from '../greatest.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense } from '../values.js';

/** The number that stands for the likeliest class of a row, as models that stack others read it. */
export const classNumbers: ReadStep = (node) => {
  const numbers = node.numbers('numbers');
  return {
    columns: 1,
    run: ([all]) => {
      const { rows, columns, values } = toDense(all);
      if (columns !== numbers.length) throw node.damaged(`${numbers.length} classes of ${columns}`);
      return denseValues(
        rows,
        1,
        Float64Array.from({ length: rows }, (_, row) => numbers[greatest(values, row * columns, columns)]),
      );
    },
  };
};
