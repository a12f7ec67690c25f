import { tryKernel } from '../wasm.js';
import { histogramsKernel } from './histograms.wasm.js';
import { BINS, FOUR, type Histograms, sizesOf } from './plain.js';

/** What addresses of 32 bits reach, less a margin for whole pages. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/** @returns undefined where there is no WebAssembly, or no room for so many bytes */
export function fastHistograms(features: number, rows: number): Histograms | undefined {
  const sizes = sizesOf(features, rows);
  const weightsAt = 8 * sizes.sums;
  const orderAt = weightsAt + 8 * rows;
  const binsAt = orderAt + 4 * rows;
  const bytes = binsAt + sizes.bins;
  const kernel = bytes < MOST_BYTES ? tryKernel(histogramsKernel, bytes) : undefined;
  if (kernel === undefined) return undefined;
  const four = kernel.run('four');
  const { memory } = kernel;
  return {
    rows,
    bins: new Uint8Array(memory, binsAt, sizes.bins),
    weights: new Float64Array(memory, weightsAt, rows),
    order: new Int32Array(memory, orderAt, rows),
    sums: new Float64Array(memory, 0, sizes.sums),
    add(feature, begin, end, group) {
      const first = binsAt + feature * rows;
      four(
        first,
        first + rows,
        first + 2 * rows,
        first + 3 * rows,
        orderAt + 4 * begin,
        orderAt + 4 * end,
        weightsAt,
        8 * group * FOUR * BINS,
      );
    },
  };
}
