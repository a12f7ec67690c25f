import { BINS, FOUR, type Histograms } from './histograms.js';
import { type HistogramPlaces, histogramArrays, histogramPlaces } from './places.js';

/**
 * In plain JavaScript: the reference.
 *
 * @example
 * const histograms = plainHistograms(1, 2);
 * histograms.bins.set([5, 5]);
 * histograms.weights.set([0.25, 0.5]);
 * histograms.order.set([0, 1]);
 * histograms.add(0, 0, 2, 0);
 * histograms.sums[5]; // 0.75
 */
export function plainHistograms(features: number, rows: number): Histograms {
  const places = histogramPlaces(features, rows, 1);
  return plainHistogramsIn(new ArrayBuffer(places.bytes), places, 0);
}

/** The same in memory that there is. */
export function plainHistogramsIn(
  memory: ArrayBufferLike,
  places: HistogramPlaces,
  thread: number,
): Histograms {
  const arrays = histogramArrays(memory, places, thread);
  const { rows, bins, weights, order, sums } = arrays;
  return {
    ...arrays,
    add(feature, begin, end, group) {
      const at = group * FOUR * BINS;
      sums.fill(0, at, at + FOUR * BINS);
      const first = feature * rows;
      const second = first + rows;
      const third = second + rows;
      const fourth = third + rows;
      for (let i = begin; i < end; i++) {
        const row = order[i];
        const weight = weights[row];
        sums[at + bins[first + row]] += weight;
        sums[at + BINS + bins[second + row]] += weight;
        sums[at + 2 * BINS + bins[third + row]] += weight;
        sums[at + 3 * BINS + bins[fourth + row]] += weight;
      }
    },
  };
}
