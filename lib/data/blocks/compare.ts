import type { Block, SparseBlock } from './block.js';

/** A column in which two rows differ, and what either has there. */
export interface Difference {
  readonly column: number;
  readonly one: number;
  readonly other: number;
}

/**
 * The first column in which row `i` of one block and row `j` of another differ. Values that a
 * sparse block doesn't store are 0.
 *
 * @param isSame whether two numbers count as one
 */
export function difference(
  one: Block,
  i: number,
  other: Block,
  j: number,
  isSame: (a: number, b: number) => boolean,
): Difference | undefined {
  if (one.kind === 'dense' && other.kind === 'dense') {
    const { columns } = one;
    for (let column = 0, a = i * columns, b = j * columns; column < columns; column++, a++, b++) {
      if (!isSame(one.values[a], other.values[b]))
        return { column, one: one.values[a], other: other.values[b] };
    }
    return undefined;
  }
  if (one.kind === 'sparse' && other.kind === 'sparse' && isAlike(one, i, other, j, isSame)) return undefined;
  const theirs = storedAt(other, j);
  for (const [column, value] of storedAt(one, i)) {
    const found = theirs.get(column) ?? 0;
    if (!isSame(value, found)) return { column, one: value, other: found };
    theirs.delete(column);
  }
  for (const [column, value] of theirs) if (!isSame(0, value)) return { column, one: 0, other: value };
  return undefined;
}

/** Whether both store the same columns, in the same order, with the same numbers: as a feature stores one row twice. */
function isAlike(
  one: SparseBlock,
  i: number,
  other: SparseBlock,
  j: number,
  isSame: (a: number, b: number) => boolean,
): boolean {
  const [from, to] = [one.offsets[i], other.offsets[j]];
  const count = one.offsets[i + 1] - from;
  if (other.offsets[j + 1] - to !== count) return false;
  for (let e = 0; e < count; e++) {
    if (one.indices[from + e] !== other.indices[to + e]) return false;
    if (!isSame(one.values[from + e], other.values[to + e])) return false;
  }
  return true;
}

/** A row's numbers by column. */
function storedAt(block: Block, row: number): Map<number, number> {
  const stored = new Map<number, number>();
  if (block.kind === 'dense') {
    for (let c = 0; c < block.columns; c++) stored.set(c, block.values[row * block.columns + c]);
  } else {
    for (let e = block.offsets[row]; e < block.offsets[row + 1]; e++)
      stored.set(block.indices[e], block.values[e]);
  }
  return stored;
}
