import { type SharedMemory, startSharedKernel, trySharedMemory } from '../../lib/util/sharedWasm.js';
import { kernelHistograms, MOST_ADDRESSED } from './fast.js';
import type { Histograms } from './histograms.js';
import { histogramsKernel } from './histograms.wasm.js';
import { histogramPlaces } from './places.js';
import { plainHistogramsIn } from './plain.js';

/** Bins, weights and order of rows that threads share. It can be sent to threads, which share the memory. */
export interface SharedHistograms {
  readonly features: number;
  readonly rows: number;
  /** Each has its own sums. */
  readonly threads: number;
  readonly isFast: boolean;
  readonly memory: SharedMemory;
}

/**
 * Memory for histograms of several threads.
 *
 * @param isFast whether WebAssembly is tried. @defaultValue true
 */
export function sharedHistograms(
  features: number,
  rows: number,
  threads: number,
  isFast = true,
): SharedHistograms {
  const { bytes } = histogramPlaces(features, rows, threads);
  const fast = isFast && bytes < MOST_ADDRESSED ? trySharedMemory(histogramsKernel, bytes) : undefined;
  const memory = fast ?? { buffer: new SharedArrayBuffer(bytes) };
  return { features, rows, threads, isFast: fast !== undefined, memory };
}

/** The histograms of one of the threads, the first is 0. */
export function histogramsIn(
  { features, rows, threads, isFast, memory }: SharedHistograms,
  thread: number,
): Histograms {
  const places = histogramPlaces(features, rows, threads);
  if (!isFast) return plainHistogramsIn(memory.buffer, places, thread);
  return kernelHistograms(memory.buffer, startSharedKernel(histogramsKernel, memory)('four'), places, thread);
}
