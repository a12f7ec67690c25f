import type { ReadStep } from '../step.js';
import { denseValues, type Values } from '../values.js';
import { cellsIn, readKeys } from './keys.js';
import { missingBy } from './missing.js';

/**
 * Missing values filled in. It keeps the columns `kept`, whose fillings are `fill`, and adds a column of 0 and 1 for
 * each of the columns that are `indicated`.
 */
export const impute: ReadStep = (node) => {
  const inputs = node.width;
  const kept = node.indices('kept', inputs);
  const indicated = node.indices('indicated', inputs);
  const fill = readKeys(node, 'fill', kept.length);
  const isMissing = missingBy(node);
  const columns = kept.length + indicated.length;
  const write = (rows: number, cells: ArrayLike<unknown>, put: (at: number, value: unknown) => void) => {
    for (let row = 0, to = 0; row < rows; row++) {
      const from = row * inputs;
      for (let k = 0; k < kept.length; k++) {
        const cell = cells[from + kept[k]];
        put(to++, isMissing(cell, row, kept[k]) ? fill[k] : cell);
      }
      for (let k = 0; k < indicated.length; k++)
        put(to++, Number(isMissing(cells[from + indicated[k]], row, indicated[k])));
    }
  };
  return {
    columns,
    run([given]): Values {
      const cells = cellsIn(given);
      const size = given.rows * columns;
      if (given.kind === 'raw') {
        const values = new Array<unknown>(size);
        write(given.rows, cells, (at, value) => {
          values[at] = value;
        });
        return { kind: 'raw', rows: given.rows, columns, values };
      }
      const values = new Float64Array(size);
      write(given.rows, cells, (at, value) => {
        values[at] = Number(value);
      });
      return denseValues(given.rows, columns, values);
    },
  };
};
