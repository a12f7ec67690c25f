import { startKernelIn } from '../../../../util/wasm.js';
import { productsKernel } from './products.wasm.js';

/** Pixels of a picture in tfjs's memory, in rows and columns; places and steps in numbers. */
export interface Pixels {
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly at: number;
  readonly step: number;
  readonly row: number;
  /** Channels of a pixel. */
  readonly width: number;
}

/** Adds to a matrix, from `at` of `out` on, the sum of the products of two pictures' channels, pixel by pixel. */
export type AddProducts = (
  a: Pixels,
  b: Pixels,
  size: { readonly columns: number; readonly rows: number },
  out: Pixels['values'],
  at: number,
) => void;

const BYTES = 4;

/** Sums of products in the memory of tfjs-backend-wasm. */
export function productsIn(memory: unknown): AddProducts {
  const add = startKernelIn(productsKernel, 'tfjs', memory)('add');
  return (a, b, { columns, rows }, out, at) => {
    if (columns === 0 || rows === 0) return;
    add(
      a.values.byteOffset + BYTES * a.at,
      BYTES * a.step,
      BYTES * a.row,
      b.values.byteOffset + BYTES * b.at,
      BYTES * b.step,
      BYTES * b.row,
      columns,
      rows,
      out.byteOffset + BYTES * at,
      BYTES * b.width,
      a.width,
      b.width,
    );
  };
}
