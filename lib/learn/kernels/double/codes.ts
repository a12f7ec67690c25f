import {
  type Block,
  type DenseBlock,
  denseBlock,
  exactValues,
  type SparseBlock,
} from '../../../data/blocks/index.js';
import type { Forest } from '../forest/index.js';
import { categoryOf, type DoubleForest } from './doubleForest.js';

/** Columns that a forest reads, side by side; each of the arrays has an element for each. */
interface CodedColumns {
  /** Ascending, among all columns of the forest. */
  readonly columns: Int32Array;
  /** Where its thresholds begin in `thresholds`, less one. */
  readonly from: Int32Array;
  /** Half of the power of two that they are padded to: the first step of a search. */
  readonly half: Int32Array;
  /** The rank of 0. */
  readonly zero: Int32Array;
  /** Ascending and distinct in each column, then NaN up to one less than a power of two. */
  readonly thresholds: Float64Array;
  /** Of columns of categories, those that are known. */
  readonly known: readonly (Uint32Array | undefined)[];
}

/**
 * A forest of doubles over small whole numbers, which kernels of single precision compare exactly: a value's code is
 * the number of its column's thresholds below it, less that of 0, so that 0 keeps the code 0 and sparse rows stay
 * sparse. NaN stays NaN. A category is its own code.
 */
export interface Coding {
  /** The forest over codes. Its columns are those that it reads, block by block. */
  readonly forest: Forest;
  /** The number of columns of each block of codes. */
  readonly widths: readonly number[];
  /** Blocks of codes, as many as are given. */
  encode(blocks: readonly Block[]): Block[];
}

/** @param widths the number of columns of each block */
export function codingOf(forest: DoubleForest, widths: readonly number[]): Coding {
  const coded = codedColumns(forest);
  const { columns, zero, known } = coded;
  const place = new Map(Array.from(columns, (column, c) => [column, c]));
  const feature = forest.feature.map((column) => (column === -1 ? -1 : (place.get(column) ?? -1)));
  const threshold = Float32Array.from(forest.threshold, (number, node) => {
    const c = feature[node];
    if (c === -1 || known[c] !== undefined) return 0;
    // No number is at most NaN, and no code is.
    return Number.isNaN(number) ? number : rank(coded, c, number) - zero[c];
  });
  const { known: _, ...rest } = forest;
  const bounds = [0];
  const firsts = [0];
  for (const width of widths) firsts.push(firsts[firsts.length - 1] + width);
  for (const first of firsts.slice(1)) bounds.push(columns.findLastIndex((column) => column < first) + 1);
  const placeOf = new Int32Array(firsts[widths.length]).fill(-1);
  columns.forEach((column, c) => {
    placeOf[column] = c;
  });
  return {
    forest: { ...rest, feature, threshold },
    widths: widths.map((_, b) => bounds[b + 1] - bounds[b]),
    encode: (blocks) =>
      blocks.map((block, b) =>
        block.kind === 'dense'
          ? encodeDense(coded, block, bounds[b], bounds[b + 1], firsts[b])
          : encodeSparse(coded, block, bounds[b], bounds[b + 1], placeOf.subarray(firsts[b])),
      ),
  };
}

function codedColumns({ feature, threshold, known = new Map() }: DoubleForest): CodedColumns {
  const byColumn = new Map<number, number[]>();
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === -1) continue;
    const own = byColumn.get(feature[node]) ?? [];
    byColumn.set(feature[node], own);
    if (!known.has(feature[node]) && !Number.isNaN(threshold[node])) own.push(threshold[node]);
  }
  const columns = Int32Array.from(byColumn.keys()).sort();
  const [from, half, zero] = [0, 0, 0].map(() => new Int32Array(columns.length));
  const thresholds: number[] = [];
  columns.forEach((column, c) => {
    const sorted = Float64Array.from(byColumn.get(column) ?? []).sort();
    // Zeros of both signs are one threshold.
    const distinct = sorted.filter((one, i) => i === 0 || one !== sorted[i - 1]);
    from[c] = thresholds.length - 1;
    half[c] = distinct.length === 0 ? 0 : 2 ** (31 - Math.clz32(distinct.length));
    for (let i = 0; i < 2 * half[c] - 1; i++) thresholds.push(distinct[i] ?? Number.NaN);
    zero[c] = distinct.reduce((count, one) => count + Number(one < 0), 0);
  });
  const each = Array.from(columns, (column) => known.get(column));
  return { columns, from, half, zero, thresholds: Float64Array.from(thresholds), known: each };
}

/** The number of a column's thresholds below a value; 0 for NaN. */
function rank({ from, half, thresholds }: CodedColumns, c: number, value: number): number {
  const base = from[c];
  let rank = 0;
  // Added rather than chosen: a branch here would be guessed wrong every other time.
  for (let jump = half[c]; jump > 0; jump >>= 1)
    rank = (rank + jump * +(thresholds[base + rank + jump] < value)) | 0;
  return rank;
}

function codeOf(coded: CodedColumns, c: number, value: number): number {
  const known = coded.known[c];
  if (known !== undefined) return categoryOf(known, value);
  return Number.isNaN(value) ? value : rank(coded, c, value) - coded.zero[c];
}

function encodeDense(
  coded: CodedColumns,
  block: DenseBlock,
  begin: number,
  end: number,
  first: number,
): Block {
  const { rows, columns: width } = block;
  const values = exactValues(block);
  const count = end - begin;
  const codes = new Float32Array(rows * count);
  for (let c = begin; c < end; c++) {
    const column = coded.columns[c] - first;
    let row = 0;
    if (coded.known[c] === undefined) {
      for (; row + 3 < rows; row += 4) {
        fourCodes(coded, c, values, row * width + column, width, codes, row * count + c - begin, count);
      }
    }
    for (; row < rows; row++) codes[row * count + c - begin] = codeOf(coded, c, values[row * width + column]);
  }
  return denseBlock(rows, count, codes);
}

/** The codes of four rows at once: each step of a search waits for the one before it, those of others don't. */
function fourCodes(
  { from, half, zero, thresholds }: CodedColumns,
  c: number,
  values: Float64Array | Float32Array,
  at: number,
  step: number,
  codes: Float32Array,
  to: number,
  stride: number,
): void {
  const base = from[c];
  const x = values[at];
  const y = values[at + step];
  const z = values[at + 2 * step];
  const w = values[at + 3 * step];
  let i = base;
  let j = base;
  let k = base;
  let l = base;
  for (let jump = half[c]; jump > 0; jump >>= 1) {
    i = (i + jump * +(thresholds[i + jump] < x)) | 0;
    j = (j + jump * +(thresholds[j + jump] < y)) | 0;
    k = (k + jump * +(thresholds[k + jump] < z)) | 0;
    l = (l + jump * +(thresholds[l + jump] < w)) | 0;
  }
  const origin = base + zero[c];
  // NaN less itself is NaN, every other code less 0 is itself.
  codes[to] = Number.isNaN(x) ? x : i - origin;
  codes[to + stride] = Number.isNaN(y) ? y : j - origin;
  codes[to + 2 * stride] = Number.isNaN(z) ? z : k - origin;
  codes[to + 3 * stride] = Number.isNaN(w) ? w : l - origin;
}

function encodeSparse(
  coded: CodedColumns,
  block: SparseBlock,
  begin: number,
  end: number,
  placeOf: Int32Array,
): Block {
  const { rows } = block;
  const values = exactValues(block);
  const most = block.offsets[rows] - block.offsets[0];
  const offsets = new Uint32Array(rows + 1);
  const indices = new Uint32Array(most);
  const codes = new Float32Array(most);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let e = block.offsets[row]; e < block.offsets[row + 1]; e++) {
      const c = placeOf[block.indices[e]];
      if (c === -1) continue;
      indices[to] = c - begin;
      codes[to++] = codeOf(coded, c, values[e]);
    }
    offsets[row + 1] = to;
  }
  return {
    kind: 'sparse',
    rows,
    columns: end - begin,
    offsets,
    indices: indices.subarray(0, to),
    values: codes.subarray(0, to),
  };
}
