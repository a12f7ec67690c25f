import type { SparseBlock } from '../../data/blocks/index.js';
import { tryKernel } from '../../util/wasm.js';
import { multiple } from './matrix.js';
import { rowGramKernel } from './rowGram.wasm.js';

/** The Gram matrix X X' of the rows of sparse blocks, side by side X, which is never made. */
export interface RowGram {
  /** Writes X X' times `left`: both have rows x outputs numbers, row-major. */
  multiply(left: Float64Array, out: Float64Array): void;
}

/** Bytes of an entry: its row and its value. */
const ENTRY = 8;
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/** Products by a kernel, or by the plain loops where WebAssembly can't run; they agree bit for bit. */
export function rowGram(blocks: readonly SparseBlock[], outputs: number): RowGram {
  return kernelRowGram(blocks, outputs) ?? plainRowGram(blocks, outputs);
}

/** @returns undefined where WebAssembly can't run, and where there is no room */
export function kernelRowGram(blocks: readonly SparseBlock[], outputs: number): RowGram | undefined {
  const layout = layoutOf(blocks, outputs);
  const kernel = layout.bytes < MOST_BYTES ? tryKernel(rowGramKernel, layout.bytes) : undefined;
  return kernel && products(blocks, layout, kernel.memory, (width) => kernel.run(`gram${width}`));
}

/** The reference. */
export function plainRowGram(blocks: readonly SparseBlock[], outputs: number): RowGram {
  const layout = layoutOf(blocks, outputs);
  const memory = new ArrayBuffer(layout.bytes);
  return products(blocks, layout, memory, (width) => plainProduct(memory, width));
}

type Product = (starts: number, columns: number, left: number, out: number) => void;

/**
 * Where a product's numbers lie. Columns of one entry touch one row each: together they are a
 * diagonal matrix, and only the others are stored.
 */
interface Layout {
  readonly rows: number;
  readonly outputs: number;
  /** The entries of each column, side by side. */
  readonly counts: Uint32Array;
  /** Columns that are stored. */
  readonly columns: number;
  readonly starts: number;
  readonly left: number;
  readonly out: number;
  readonly bytes: number;
}

function layoutOf(blocks: readonly SparseBlock[], outputs: number): Layout {
  const [{ rows }] = blocks;
  const counts = new Uint32Array(blocks.reduce((sum, block) => sum + block.columns, 0));
  let first = 0;
  for (const { offsets, indices, columns } of blocks) {
    for (let e = offsets[0]; e < offsets[rows]; e++) counts[first + indices[e]]++;
    first += columns;
  }
  let entries = 0;
  let columns = 0;
  for (const count of counts) {
    if (count < 2) continue;
    entries += count;
    columns++;
  }
  const starts = entries * ENTRY;
  const left = multiple(starts + 4 * (columns + 1), 64);
  const out = left + multiple(8 * rows * (outputs === 1 ? 1 : outputs > 4 ? 8 : 4), 64);
  return { rows, outputs, counts, columns, starts, left, out, bytes: out + out - left };
}

function products(
  blocks: readonly SparseBlock[],
  layout: Layout,
  memory: ArrayBuffer,
  productOf: (width: number) => Product,
): RowGram {
  const { rows, outputs, columns, starts } = layout;
  const diagonal = store(blocks, layout, memory);
  const run = (width: number) => {
    const product = productOf(width);
    const tile = new Float64Array(memory, layout.left, rows * width);
    const sums = new Float64Array(memory, layout.out, rows * width);
    return (left: Float64Array, out: Float64Array, first: number) => {
      const used = Math.min(width, outputs - first);
      if (used < width) tile.fill(0);
      for (let r = 0, from = first, to = 0; r < rows; r++, from += outputs, to += width) {
        for (let o = 0; o < used; o++) tile[to + o] = left[from + o];
      }
      sums.fill(0);
      if (columns > 0) product(starts, columns, layout.left, layout.out);
      for (let r = 0, to = first, from = 0; r < rows; r++, to += outputs, from += width) {
        const own = diagonal[r];
        for (let o = 0; o < used; o++) out[to + o] = sums[from + o] + own * tile[from + o];
      }
    };
  };
  const tiles = tilesOf(outputs);
  const runs = new Map([...new Set(tiles)].map((width) => [width, run(width)]));
  return {
    multiply(left, out) {
      let first = 0;
      for (const width of tiles) {
        runs.get(width)?.(left, out, first);
        first += width;
      }
    },
  };
}

/** The outputs that are multiplied together: eights, and a four for the rest; or one. */
function tilesOf(outputs: number): number[] {
  if (outputs === 1) return [1];
  const tiles = new Array<number>(Math.floor(outputs / 8)).fill(8);
  const rest = outputs % 8;
  return rest === 0 ? tiles : [...tiles, rest > 4 ? 8 : 4];
}

/**
 * Stores the columns, and the rows of each in their order.
 *
 * @returns the diagonal matrix of columns that have one entry
 */
function store(blocks: readonly SparseBlock[], layout: Layout, memory: ArrayBuffer): Float64Array {
  const { rows, counts, starts } = layout;
  const places = new Uint32Array(memory, 0, starts / 4);
  const values = new Float32Array(memory, 0, starts / 4);
  const begins = new Uint32Array(memory, starts, layout.columns + 1);
  const diagonal = new Float64Array(rows);
  const next = new Uint32Array(counts.length);
  let column = 0;
  let at = 0;
  counts.forEach((count, c) => {
    if (count < 2) return;
    begins[column++] = at * ENTRY;
    next[c] = at;
    at += count;
  });
  begins[column] = at * ENTRY;
  let first = 0;
  for (const { offsets, indices, columns, values: own } of blocks) {
    for (let r = 0; r < rows; r++) {
      for (let e = offsets[r]; e < offsets[r + 1]; e++) {
        const c = first + indices[e];
        if (counts[c] < 2) {
          diagonal[r] += own[e] * own[e];
          continue;
        }
        const to = 2 * next[c]++;
        places[to] = r;
        values[to + 1] = own[e];
      }
    }
    first += columns;
  }
  return diagonal;
}

function plainProduct(memory: ArrayBuffer, width: number): Product {
  const places = new Uint32Array(memory);
  const values = new Float32Array(memory);
  const numbers = new Float64Array(memory);
  if (width === 1) return plainVector(places, values, numbers);
  const sums = new Float64Array(width);
  return (starts, columns, left, out) => {
    for (let c = starts / 4, last = c + columns; c < last; c++) {
      const begin = places[c] / 4;
      const end = places[c + 1] / 4;
      sums.fill(0);
      for (let e = begin; e < end; e += 2) {
        const from = left / 8 + places[e] * width;
        const value = values[e + 1];
        for (let o = 0; o < width; o++) sums[o] += value * numbers[from + o];
      }
      for (let e = begin; e < end; e += 2) {
        const to = out / 8 + places[e] * width;
        const value = values[e + 1];
        for (let o = 0; o < width; o++) numbers[to + o] += value * sums[o];
      }
    }
  };
}

/** Four sums at a time: they don't wait for one another. */
function plainVector(places: Uint32Array, values: Float32Array, numbers: Float64Array): Product {
  return (starts, columns, left, out) => {
    const [from, to] = [left / 8, out / 8];
    for (let column = starts / 4, last = column + columns; column < last; column++) {
      const begin = places[column] / 4;
      const end = places[column + 1] / 4;
      let [a, b, c, d] = [0, 0, 0, 0];
      let e = begin;
      for (; e + 6 < end; e += 8) {
        a += values[e + 1] * numbers[from + places[e]];
        b += values[e + 3] * numbers[from + places[e + 2]];
        c += values[e + 5] * numbers[from + places[e + 4]];
        d += values[e + 7] * numbers[from + places[e + 6]];
      }
      a = a + b + (c + d);
      for (; e < end; e += 2) a += values[e + 1] * numbers[from + places[e]];
      for (e = begin; e < end; e += 2) numbers[to + places[e]] += values[e + 1] * a;
    }
  };
}
