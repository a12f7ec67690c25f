import type { NodeFields } from '../node.js';
import type { ReadStep } from '../step.js';
import { denseValues, faultAt } from '../values.js';
import { columnNames } from './columns.js';
import { cellsIn, pythonKey, readKeys } from './keys.js';

/** Whether each value is missing, as a column of 0 and 1 for each of the columns that are `indicated`. */
export const missing: ReadStep = (node) => {
  const inputs = node.width;
  const indicated = node.indices('indicated', inputs);
  const isMissing = missingBy(node);
  const refusesNew = node.flag('refusesNew');
  const nameOf = columnNames(node);
  const expected = new Set(indicated);
  const others = Array.from({ length: inputs }, (_, c) => c).filter((c) => !expected.has(c));
  return {
    columns: indicated.length,
    run([given]) {
      const cells = cellsIn(given);
      const values = new Float64Array(given.rows * indicated.length);
      for (let row = 0, to = 0; row < given.rows; row++) {
        const from = row * inputs;
        for (let k = 0; k < indicated.length; k++)
          values[to++] = Number(isMissing(cells[from + indicated[k]], row, indicated[k]));
        if (!refusesNew) continue;
        const found = others.find((c) => isMissing(cells[from + c], row, c));
        if (found !== undefined)
          throw faultAt(row, `${nameOf(found)}: missing, and no value of the fit was (error_on_new=True)`);
      }
      return denseValues(given.rows, indicated.length, values);
    },
  };
};

/**
 * Which values are missing: NaN, None (null), either of them, or one value. Null is missing where NaN is, since JSON
 * and pandas' columns of texts have one missing value only.
 *
 * @returns a test of a cell, which refuses NaN where that isn't what is missing
 */
export function missingBy(node: NodeFields): (cell: unknown, row: number, column: number) => boolean {
  const kind = node.oneOf('missing', ['nan', 'none', 'value']);
  const nameOf = columnNames(node);
  if (kind === 'nan')
    return (cell) => cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell));
  const [value] = kind === 'none' ? [null] : readKeys(node, 'value', 1);
  return (cell, row, column) => {
    if (typeof cell === 'number' && Number.isNaN(cell))
      throw faultAt(row, `${nameOf(column)}: NaN, which isn't what missing_values says`);
    return pythonKey(cell) === value;
  };
}
