import { addProduct, addTransposeProduct, type DenseBlock } from '../../data/blocks/index.js';
import { type Kernel, tryKernel } from '../../util/wasm.js';
import { productsKernel } from './products.wasm.js';

/** A dense matrix that is multiplied many times, as a fit does. */
export interface Matrix {
  /** As `addProduct` of lib/data/blocks, for the `outputs` that the matrix was held for, bit for bit. */
  addProduct(weights: Float64Array, first: number, out: Float64Array): void;
  /** As `addTransposeProduct` of lib/data/blocks, bit for bit. */
  addTransposeProduct(residual: Float64Array, first: number, out: Float64Array): void;
}

/** Rows that are multiplied by all weights while they are in a near cache. */
const TILE = 128;
/** Terms of a product from which on a copy in a kernel's memory pays. */
const MANY = 2 ** 17;
/** The range of 32-bit addresses, less a margin for whole pages. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/**
 * Holds a block for many products, in a kernel's memory if it is large enough to gain by that and
 * WebAssembly can run, otherwise as it is.
 *
 * @param outputs weights a column, margins a row: 1 or more
 * @param least terms of a product from which on a kernel is tried
 */
export function holdMatrix(block: DenseBlock, outputs: number, least = MANY): Matrix {
  const isLarge = block.rows * block.columns * outputs >= least;
  return (isLarge ? kernelMatrix(block, outputs) : undefined) ?? plainMatrix(block, outputs);
}

/** The reference. */
export function plainMatrix(block: DenseBlock, outputs: number): Matrix {
  return {
    addProduct: (weights, first, out) => addProduct(block, weights, first, outputs, out),
    addTransposeProduct: (residual, first, out) => addTransposeProduct(block, residual, first, outputs, out),
  };
}

/** @returns undefined for a block without values, where WebAssembly can't run, and where there is no room */
export function kernelMatrix(block: DenseBlock, outputs: number): Matrix | undefined {
  if (block.rows === 0 || block.columns === 0) return undefined;
  const rows = multiple(block.rows, 4);
  const columns = multiple(block.columns, 4);
  const width = rowStride(columns);
  const stride = outputs === 1 ? 1 : multiple(outputs, 4);
  const weightsAt = multiple(4 * rows * width, 16);
  const marginsAt = weightsAt + 8 * columns * stride;
  const bytes = marginsAt + 8 * rows * stride;
  const kernel = bytes < MOST_BYTES ? tryKernel(productsKernel, bytes) : undefined;
  if (kernel === undefined) return undefined;
  pad(block.values, block.columns, new Float32Array(kernel.memory, 0, rows * width), width, block.rows);
  const weights = new Float64Array(kernel.memory, weightsAt, columns * stride);
  const margins = new Float64Array(kernel.memory, marginsAt, rows * stride);
  const [multiply, transpose] = ['product', 'transpose'].map((name) =>
    tiled(kernel, name, { rows, columns, width, stride, weightsAt, marginsAt }),
  );
  const used = block.columns * outputs;
  return {
    addProduct(from, first, out) {
      pad(from.subarray(first * outputs, first * outputs + used), outputs, weights, stride, block.columns);
      pad(out, outputs, margins, stride, block.rows);
      multiply();
      unpad(margins, stride, out, outputs, block.rows);
    },
    addTransposeProduct(residual, first, out) {
      const to = out.subarray(first * outputs, first * outputs + used);
      pad(residual, outputs, margins, stride, block.rows);
      pad(to, outputs, weights, stride, block.columns);
      transpose();
      unpad(weights, stride, to, outputs, block.columns);
    },
  };
}

interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  readonly stride: number;
  readonly weightsAt: number;
  readonly marginsAt: number;
}

/** One of the kernel's two products over all rows, tile by tile, eight outputs at a time. */
function tiled({ run }: Kernel, name: string, layout: Layout): () => void {
  const { rows, columns, width, stride, weightsAt, marginsAt } = layout;
  const [one, four, eight] = [1, 4, 8].map((outputs) => run(`${name}${outputs}`));
  return () => {
    for (let row = 0; row < rows; row += TILE) {
      const count = Math.min(TILE, rows - row);
      const values = 4 * row * width;
      const margins = marginsAt + 8 * row * stride;
      if (stride === 1) one(values, weightsAt, margins, count, columns, 4 * width);
      for (let o = 0; stride > 1 && o < stride; o += 8) {
        const run = stride - o >= 8 ? eight : four;
        run(values, weightsAt + 8 * o, margins + 8 * o, count, columns, 4 * width, 8 * stride);
      }
    }
  };
}

type Numbers = Float32Array | Float64Array;

/** Copies rows of `width` numbers to the fronts of wider ones. What pads them stays. */
function pad(from: Numbers, width: number, to: Numbers, stride: number, rows: number): void {
  if (width === stride) {
    to.set(from.length === rows * width ? from : from.subarray(0, rows * width));
    return;
  }
  for (let row = 0, i = 0, j = 0; row < rows; row++, j += stride - width) {
    for (let c = 0; c < width; c++) to[j++] = from[i++];
  }
}

function unpad(from: Numbers, stride: number, to: Numbers, width: number, rows: number): void {
  if (width === stride) {
    to.set(from.length === rows * width ? from : from.subarray(0, rows * width));
    return;
  }
  for (let row = 0, i = 0, j = 0; row < rows; row++, i += stride - width) {
    for (let c = 0; c < width; c++) to[j++] = from[i++];
  }
}

/**
 * A row's width of at least so many floats, an odd number of cache lines (of 16 floats): a column's values
 * then lie in different sets of a cache.
 */
export function rowStride(columns: number): number {
  const lines = Math.ceil(columns / 16);
  return columns < 32 ? columns : 16 * (lines + 1 - (lines % 2));
}

export function multiple(count: number, of: number): number {
  return of * Math.ceil(count / of);
}
