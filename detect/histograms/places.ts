import { BINS, FOUR, type Histograms } from './histograms.js';

/** Where the arrays of histograms lie in one memory: each thread has sums of its own, and shares the rest. */
export interface HistogramPlaces {
  readonly features: number;
  readonly rows: number;
  sumsAt(thread: number): number;
  readonly weightsAt: number;
  readonly orderAt: number;
  readonly binsAt: number;
  readonly bytes: number;
}

const SUMS = 2 * FOUR * BINS;

export function histogramPlaces(features: number, rows: number, threads: number): HistogramPlaces {
  const weightsAt = 8 * SUMS * threads;
  const orderAt = weightsAt + 8 * rows;
  const binsAt = orderAt + 4 * rows;
  const bytes = binsAt + binsOf(features, rows);
  return { features, rows, sumsAt: (thread) => 8 * SUMS * thread, weightsAt, orderAt, binsAt, bytes };
}

/** The arrays of a thread. */
export function histogramArrays(
  memory: ArrayBufferLike,
  { features, rows, sumsAt, weightsAt, orderAt, binsAt }: HistogramPlaces,
  thread: number,
): Omit<Histograms, 'add'> {
  return {
    rows,
    bins: new Uint8Array(memory, binsAt, binsOf(features, rows)),
    weights: new Float64Array(memory, weightsAt, rows),
    order: new Int32Array(memory, orderAt, rows),
    sums: new Float64Array(memory, sumsAt(thread), SUMS),
  };
}

/** Features are summed in fours. */
function binsOf(features: number, rows: number): number {
  return FOUR * Math.ceil(features / FOUR) * rows;
}
