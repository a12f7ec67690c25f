import { type StoredColumn, storedColumns } from '../../../data/blocks/index.js';
import type { TrainingSet } from '../learner.js';
import { wrongNumber } from '../targets.js';
import { binEdges, binOf } from './edges.js';
import type { ColumnRoles } from './roles.js';

/** How the numbers of a column become bins 0 … bins - 1. A missing one is in bin `bins`. */
export interface BinnedColumn {
  /** Its place among all columns of the blocks. */
  readonly column: number;
  /** Its place among the dense columns that are kept, or among the sparse ones. */
  readonly place: number;
  /** Offset of its bins among the bins of all columns, the dense ones' before the sparse ones'. */
  readonly first: number;
  readonly bins: number;
  readonly hasMissing: boolean;
  /** Bins, including that of missing values. */
  readonly width: number;
  /** Upper edges of numbers. Categories have none: a category is its bin. */
  readonly edges: Float32Array | undefined;
  /** The bin of zeros where they aren't stored, -1 if they are. */
  readonly zero: number;
  /** Whether predictions may only rise (1) or only fall (-1) with its numbers; 0: as they like. */
  readonly monotone: number;
  readonly stored: StoredColumn;
}

/** Categories are whole numbers below this. */
const MOST_CATEGORIES = 255;

/**
 * Chooses the bins of every column that can divide the rows; other columns are left out.
 *
 * @param known 1 for the rows that may be looked at
 * @param minRows a column with fewer numbers other than 0 is left out: they would fill no leaf
 */
export function planBins(
  set: Pick<TrainingSet, 'blocks' | 'features'>,
  known: Uint8Array,
  roles: ColumnRoles,
  maxBins: number,
  minRows: number,
): BinnedColumn[] {
  const planned: PlannedColumn[] = [];
  const rows = known.reduce((sum, one) => sum + one, 0);
  const room = new Float32Array(known.length);
  const scratch = [new Uint32Array(known.length), new Uint32Array(known.length)] as const;
  let column = 0;
  set.blocks.forEach((block, b) => {
    storedColumns(block).forEach((stored, c) => {
      const { count, seen, other, hasMissing } = readKnown(stored, known, room);
      const at = column++;
      if (other < minRows) return;
      const numbers = room.subarray(0, count);
      const zeros = rows - seen;
      if (roles.categorical[at] === 0) sortNumbers(numbers, scratch);
      const most = Math.min(maxBins, 1 + Math.ceil((BINS_A_LEAF * other) / minRows));
      const edges = roles.categorical[at] === 0 ? binEdges(numbers, zeros, most) : undefined;
      const bins = edges ? Number(count + zeros > 0) + edges.length : categoriesIn(set, numbers, zeros, b, c);
      if (bins + Number(hasMissing) < 2 || bins === 0) return;
      const zero = stored.rows === undefined ? -1 : edges ? binOf(edges, 0) : 0;
      planned.push({
        column: at,
        bins,
        hasMissing,
        width: bins + Number(hasMissing),
        edges,
        zero,
        monotone: roles.monotone[at],
        stored,
      });
    });
  });
  return laidOut(planned);
}

/** So many bins share the rows of the smallest leaf, at least: finer ones would cost more than they could gain. */
export const BINS_A_LEAF = 4;

type PlannedColumn = Omit<BinnedColumn, 'place' | 'first'>;

function laidOut(planned: readonly PlannedColumn[]): BinnedColumn[] {
  const next = { dense: { place: 0, first: 0 }, sparse: { place: 0, first: 0 } };
  next.sparse.first = totalBins(planned.filter(({ zero }) => zero === -1));
  return planned.map(({ column, bins, hasMissing, width, edges, zero, monotone, stored }) => {
    const at = zero === -1 ? next.dense : next.sparse;
    const { place, first } = at;
    at.place++;
    at.first += width;
    // Written out: objects made by spread are slow to read, and there can be tens of thousands.
    return { column, place, first, bins, hasMissing, width, edges, zero, monotone, stored };
  });
}

/** The number of bins of all these columns. */
export function totalBins(columns: readonly Pick<BinnedColumn, 'width'>[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** The bin of any value. An unknown category counts as missing. */
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

function categoriesIn(
  set: Pick<TrainingSet, 'features'>,
  numbers: Float32Array,
  zeros: number,
  block: number,
  column: number,
): number {
  let most = zeros > 0 ? 0 : -1;
  for (const number of numbers) {
    if (!Number.isInteger(number) || number < 0 || number >= MOST_CATEGORIES) {
      throw wrongNumber(
        set,
        block,
        undefined,
        `column ${column}: ${number} is no category, expected whole numbers from 0 to ${MOST_CATEGORIES - 1}`,
      );
    }
    if (number > most) most = number;
  }
  return most + 1;
}

/** Below this many numbers the engine's own sort is as fast. */
const FEW = 2048;
const DIGIT = 11;
const DIGITS = 1 << DIGIT;

/**
 * Sorts numbers, none of them NaN, ascending and in place: by radix, three digits of 11 bits, which
 * takes a tenth of the time of `sort()` for 50,000 numbers.
 *
 * @param scratch two arrays as long as `numbers`, or longer
 */
export function sortNumbers(numbers: Float32Array, [a, b]: readonly [Uint32Array, Uint32Array]): void {
  const count = numbers.length;
  if (count < FEW) {
    numbers.sort();
    return;
  }
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, count);
  const places = [0, 1, 2].map(() => new Uint32Array(DIGITS));
  const [low, middle, high] = places;
  for (let i = 0; i < count; i++) {
    // Floats in the order of unsigned whole numbers: negative ones turned over, the others above them.
    const key = (bits[i] ^ ((bits[i] >> 31) | 0x80000000)) >>> 0;
    a[i] = key;
    low[key & (DIGITS - 1)]++;
    middle[(key >>> DIGIT) & (DIGITS - 1)]++;
    high[key >>> (2 * DIGIT)]++;
  }
  for (const counts of places) {
    for (let digit = 0, sum = 0; digit < DIGITS; digit++) {
      const here = counts[digit];
      counts[digit] = sum;
      sum += here;
    }
  }
  for (let i = 0; i < count; i++) b[low[a[i] & (DIGITS - 1)]++] = a[i];
  for (let i = 0; i < count; i++) a[middle[(b[i] >>> DIGIT) & (DIGITS - 1)]++] = b[i];
  for (let i = 0; i < count; i++) b[high[a[i] >>> (2 * DIGIT)]++] = a[i];
  for (let i = 0; i < count; i++) bits[i] = b[i] ^ (~(b[i] >> 31) | 0x80000000);
}
