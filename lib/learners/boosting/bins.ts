import { type Block, type StoredColumn, storedColumns } from '../../blocks/index.js';
import { DataError } from '../../errors.js';
import { binEdges, binOf } from './edges.js';
import type { ColumnRoles } from './roles.js';
import { sortNumbers } from './sort.js';

/** How the numbers of a column become bins 0 … bins - 1. A missing one is in bin `bins`. */
export interface BinnedColumn {
  /** Its place among all columns of the blocks. */
  readonly column: number;
  /** Where its bins begin among the bins of all columns. */
  readonly first: number;
  readonly bins: number;
  readonly hasMissing: boolean;
  /** Upper edges of numbers. Categories have none: a category is its bin. */
  readonly edges: Float32Array | undefined;
  /** Whether predictions may only rise (1) or only fall (-1) with its numbers; 0: as they like. */
  readonly monotone: number;
  readonly stored: StoredColumn;
}

/** Categories are whole numbers below this. */
const MOST_CATEGORIES = 255;

/**
 * Chooses the bins of every column that can divide the rows; others are left out.
 *
 * @param known 1 for the rows that may be looked at
 * @param minRows a column with fewer numbers other than 0 is left out: they would fill no leaf
 */
export function planBins(
  blocks: readonly Block[],
  known: Uint8Array,
  roles: ColumnRoles,
  maxBins: number,
  minRows: number,
): BinnedColumn[] {
  const planned: BinnedColumn[] = [];
  const rows = known.reduce((sum, one) => sum + one, 0);
  const room = new Float32Array(known.length);
  const scratch = [new Uint32Array(known.length), new Uint32Array(known.length)] as const;
  const edgesOf = (numbers: Float32Array, zeros: number) => {
    sortNumbers(numbers, scratch);
    return binEdges(numbers, zeros, maxBins);
  };
  let first = 0;
  let column = 0;
  blocks.forEach((block, b) => {
    storedColumns(block).forEach((stored, c) => {
      const { count, seen, other, hasMissing } = readKnown(stored, known, room);
      const at = column++;
      if (other < minRows) return;
      const numbers = room.subarray(0, count);
      const zeros = rows - seen;
      const isCategorical = roles.categorical[at] === 1;
      const edges = isCategorical ? undefined : edgesOf(numbers, zeros);
      const bins = edges ? Number(count + zeros > 0) + edges.length : categoriesIn(numbers, zeros, b, c);
      if (bins + Number(hasMissing) < 2 || bins === 0) return;
      planned.push({ column: at, first, bins, hasMissing, edges, monotone: roles.monotone[at], stored });
      first += bins + Number(hasMissing);
    });
  });
  return planned;
}

/** How many bins all columns have, those of missing values included. */
export function totalBins(columns: readonly BinnedColumn[]): number {
  const last = columns.at(-1);
  return last === undefined ? 0 : last.first + last.bins + Number(last.hasMissing);
}

/** The bin of any number. What isn't a known category is like a missing one. */
export function binIn({ edges, bins }: BinnedColumn, value: number): number {
  if (edges) return Number.isNaN(value) ? bins : binOf(edges, value);
  return Number.isInteger(value) && value >= 0 && value < bins ? value : bins;
}

/** Copies the numbers of known rows, but not the missing ones, to the front of `into`; counts those other than 0. */
function readKnown(
  { count, values, start, step, rows }: StoredColumn,
  known: Uint8Array,
  into: Float32Array,
) {
  let seen = 0;
  let other = 0;
  let found = 0;
  let hasMissing = false;
  for (let i = 0, at = start; i < count; i++, at += step) {
    const value = values[at];
    if (Number.isNaN(value)) hasMissing = true;
    if (known[rows === undefined ? i : rows[start + i]] === 0) continue;
    seen++;
    if (value !== 0) other++;
    if (!Number.isNaN(value)) into[found++] = value;
  }
  return { count: found, seen, other, hasMissing };
}

function categoriesIn(numbers: Float32Array, zeros: number, block: number, column: number): number {
  let most = zeros > 0 ? 0 : -1;
  for (const number of numbers) {
    if (!Number.isInteger(number) || number < 0 || number >= MOST_CATEGORIES) {
      throw new DataError(
        `block ${block}, column ${column}: ${number} is no category, expected whole numbers from 0 to ${MOST_CATEGORIES - 1}`,
      );
    }
    if (number > most) most = number;
  }
  return most + 1;
}
