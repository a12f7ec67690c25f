import type { Block } from './block.js';

/** The sum of squares of each row's numbers. */
export function rowSquares(block: Block): Float64Array {
  const { rows, columns, values } = block;
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const dense = block.kind === 'dense';
    const end = dense ? (row + 1) * columns : block.offsets[row + 1];
    for (let e = dense ? row * columns : block.offsets[row]; e < end; e++)
      squares[row] += values[e] * values[e];
  }
  return squares;
}
