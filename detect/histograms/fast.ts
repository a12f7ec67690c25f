import { tryKernel } from '../../lib/util/wasm.js';
import { BINS, FOUR, type Histograms } from './histograms.js';
import { histogramsKernel } from './histograms.wasm.js';
import { type HistogramPlaces, histogramArrays, histogramPlaces } from './places.js';
import { plainHistograms } from './plain.js';

/** What addresses of 32 bits reach, less a margin for whole pages. */
export const MOST_ADDRESSED = 2 ** 32 - 2 ** 20;

/** @returns undefined where there is no WebAssembly, or no room for so many bytes */
export function fastHistograms(features: number, rows: number): Histograms | undefined {
  const places = histogramPlaces(features, rows, 1);
  const kernel = places.bytes < MOST_ADDRESSED ? tryKernel(histogramsKernel, places.bytes) : undefined;
  return kernel && kernelHistograms(kernel.memory, kernel.run('four'), places, 0);
}

/** @param four the kernel's function over that memory */
export function kernelHistograms(
  memory: ArrayBufferLike,
  four: (...values: number[]) => number,
  places: HistogramPlaces,
  thread: number,
): Histograms {
  const { rows, binsAt, orderAt, weightsAt } = places;
  const sumsAt = places.sumsAt(thread);
  return {
    ...histogramArrays(memory, places, thread),
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
        sumsAt + 8 * group * FOUR * BINS,
      );
    },
  };
}

/**
 * The fastest histograms that work here.
 *
 * @param isFast whether WebAssembly is tried. @defaultValue true
 */
export function histogramsFor(features: number, rows: number, isFast = true): Histograms {
  return (isFast ? fastHistograms(features, rows) : undefined) ?? plainHistograms(features, rows);
}
