import {
  columnsIn,
  type Histograms,
  histogramsIn,
  type SharedColumns,
  type SharedHistograms,
} from '../histograms/index.js';
import type { CascadeFeatures } from '../model/index.js';
import { type WindowSums, WindowValues } from './examples/index.js';
import { binsBy } from './featureBins.js';
import { type BinCut, bestCut, betterCut, type NodeRows } from './split.js';

/** Features of a unit: enough to make taking it cheap, few enough to end soon. A multiple of four. */
export const UNIT = 64;

/** Finds the best cut of a node; each thread gives that of the units it takes, see `cutOf`. */
export interface SplitJob {
  readonly kind: 'split';
  readonly shared: SharedHistograms;
  readonly rows: NodeRows;
  readonly isOrdered: boolean;
}

/** Writes the bins of features over windows. */
export interface BinsJob {
  readonly kind: 'bins';
  readonly shared: SharedHistograms;
  readonly by: 'haar' | 'lbp';
  readonly features: CascadeFeatures;
  readonly windows: WindowSums;
  /** Filled with the windows; undefined for LBP and for plain code. */
  readonly columns: SharedColumns | undefined;
}

export type TrainingJob = SplitJob | BinsJob;

/** Threads that do jobs of training: `detectorThreads` of `spillway/threads` gives them. */
export interface TrainingThreads {
  /** How many they are. */
  readonly threads: number;
  /** Has all of them take units of a job until none is left; gives what each has made of its units. */
  share(job: TrainingJob, units: number, signal?: AbortSignal): Promise<readonly Float64Array[]>;
}

/**
 * Does units of a job.
 *
 * @param claim gives the next unit; undefined where none is left
 * @param thread the number of the thread
 */
export function doTrainingJob(
  job: TrainingJob,
  claim: () => number | undefined,
  thread: number,
): Float64Array {
  const histograms = histogramsIn(job.shared, thread);
  return job.kind === 'split' ? findCut(job, histograms, claim) : writeBins(job, histograms, claim, thread);
}

function findCut(
  { shared, rows, isOrdered }: SplitJob,
  histograms: Histograms,
  claim: () => number | undefined,
): Float64Array {
  let best: BinCut | undefined;
  for (let unit = claim(); unit !== undefined; unit = claim()) {
    const [from, to] = featuresOf(unit, shared.features);
    best = betterCut(best, bestCut(histograms, rows, from, to, isOrdered));
  }
  return best === undefined ? new Float64Array() : Float64Array.of(best.feature, best.gain, best.cut);
}

/** The cut that a thread found. */
export function cutOf([feature, gain, cut]: Float64Array): BinCut | undefined {
  return feature === undefined ? undefined : { feature, gain, cut };
}

function writeBins(
  { shared, by, features, windows, columns }: BinsJob,
  { bins, rows }: Histograms,
  claim: () => number | undefined,
  thread: number,
): Float64Array {
  const values = new WindowValues(windows);
  const write = binsBy(by, features, values, columns && columnsIn(columns, thread));
  for (let unit = claim(); unit !== undefined; unit = claim()) {
    const [from, to] = featuresOf(unit, shared.features);
    for (let feature = from; feature < to; feature++) write(feature, bins, feature * rows);
  }
  return new Float64Array();
}

function featuresOf(unit: number, features: number): [from: number, to: number] {
  return [unit * UNIT, Math.min(features, (unit + 1) * UNIT)];
}
