import { clearRow, gather, readRow } from '../../../data/blocks/index.js';
import { DataError } from '../../../errors.js';
import type { TrainingSet } from '../learner.js';
import { wrongNumber } from '../targets.js';

/** Numbers that may be held at once; ml-cart keeps several copies of them, in double precision. */
const MOST_NUMBERS = 1e7;

/**
 * Some rows of several blocks as plain arrays, which is what ml-random-forest reads; sparse blocks become dense.
 *
 * @throws DataError if that would be too large, or a number isn't finite; FeatureError where blocks have names
 */
export function plainRows(set: Pick<TrainingSet, 'blocks' | 'features'>, selection: Int32Array): number[][] {
  const { blocks } = set;
  const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
  if (selection.length * columns > MOST_NUMBERS) {
    throw new DataError(
      `${selection.length} rows x ${columns} columns are too many for ml-random-forest, which needs them dense: at most ` +
        `${MOST_NUMBERS} numbers. Lower maxRows, leave wide sparse features out, or use gradientBoosting ` +
        'or logisticRegression',
    );
  }
  const selected = blocks.map((block) => gather(block, selection));
  const numbers = new Float32Array(columns);
  return Array.from(selection, (row, i) => {
    readRow(selected, i, numbers);
    const plain = Array.from(numbers);
    clearRow(selected, i, numbers);
    const column = plain.findIndex((number) => !Number.isFinite(number));
    if (column === -1) return plain;
    let [block, first] = [0, 0];
    while (first + blocks[block].columns <= column) first += blocks[block++].columns;
    throw wrongNumber(
      set,
      block,
      row,
      `column ${column - first} is ${plain[column]}; random forests expect finite numbers`,
    );
  });
}
