import { tryKernel } from '../../util/wasm.js';
import { multiple, rowStride } from './matrix.js';
import { productsKernel } from './products.wasm.js';

/** Rows whose products are summed in single precision before they join the others. */
export const TILE = 64;

/** Sums x'x over the rows of tiles. */
export interface GramSums {
  /** The next rows, TILE x `width` floats, zeros beside and below the matrix: fill it, then call `add`. */
  readonly tile: Float32Array;
  /** Columns of a tile, a multiple of 8. */
  readonly width: number;
  add(): void;
  /** width x width, row-major, complete on and below its diagonal. */
  readonly sums: Float64Array;
}

/** Sums of a kernel, or of the plain loop where WebAssembly can't run; they agree bit for bit. */
export function gramSums(columns: number): GramSums {
  return kernelGram(columns) ?? plainGram(columns);
}

export function kernelGram(columns: number): GramSums | undefined {
  const width = widthOf(columns);
  const at = 4 * TILE * width;
  const kernel = tryKernel(productsKernel, at + 8 * width * width);
  if (kernel === undefined) return undefined;
  const run = kernel.run('gram');
  return {
    tile: new Float32Array(kernel.memory, 0, TILE * width),
    width,
    add: () => void run(0, at, TILE, width),
    sums: new Float64Array(kernel.memory, at, width * width),
  };
}

/** The reference. */
export function plainGram(columns: number): GramSums {
  const width = widthOf(columns);
  const tile = new Float32Array(TILE * width);
  const sums = new Float64Array(width * width);
  const { fround } = Math;
  return {
    tile,
    width,
    add() {
      for (let i = 0; i < width; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let row = 0; row < tile.length; row += width) {
            sum = fround(sum + fround(tile[row + i] * tile[row + j]));
          }
          sums[i * width + j] += sum;
        }
      }
    },
    sums,
  };
}

function widthOf(columns: number): number {
  return multiple(rowStride(columns), 8);
}
