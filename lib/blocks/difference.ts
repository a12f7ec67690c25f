import type { Block } from './block.js';

/** A column in which two rows differ, and both values. */
export interface Difference {
  readonly column: number;
  readonly values: readonly [number, number];
}

/**
 * The first column in which a row of one block differs from a row of another, by a test of their values. What a sparse
 * block doesn't store is 0: blocks of either kind are compared by what they stand for.
 *
 * @param same whether two values count as one
 */
export function rowDifference(
  block: Block,
  row: number,
  other: Block,
  otherRow: number,
  same: (a: number, b: number) => boolean,
): Difference | undefined {
  const [values, others] = [storedRow(block, row), storedRow(other, otherRow)];
  let least: Difference | undefined;
  const look = (column: number) => {
    const [a, b] = [values.get(column) ?? 0, others.get(column) ?? 0];
    if (!same(a, b) && !(least !== undefined && least.column < column)) least = { column, values: [a, b] };
  };
  for (const column of values.keys()) look(column);
  for (const column of others.keys()) if (!values.has(column)) look(column);
  return least;
}

/** What a block stores of a row, by column. */
function storedRow(block: Block, row: number): Map<number, number> {
  const stored = new Map<number, number>();
  const { columns, values } = block;
  if (block.kind === 'dense') {
    for (let c = 0; c < columns; c++) stored.set(c, values[row * columns + c]);
    return stored;
  }
  for (let e = block.offsets[row]; e < block.offsets[row + 1]; e++) stored.set(block.indices[e], values[e]);
  return stored;
}
