import {
  columnsIn,
  type Histograms,
  histogramsFor,
  histogramsIn,
  sharedColumns,
  sharedHistograms,
} from '../histograms/index.js';
import type { CascadeFeatures, CascadeModel } from '../model/index.js';
import type { WindowSet } from './examples/index.js';
import { featureBins, fillColumns } from './featureBins.js';
import { cutOf, type TrainingThreads, UNIT } from './jobs.js';
import type { Pacer } from './pacer.js';
import { type BinCut, bestCut, betterCut, type NodeRows, type NodeSplit, splitOf } from './split.js';

/** Finds the best split of a node over all features. */
export type FindSplit = (rows: NodeRows) => NodeSplit | undefined | Promise<NodeSplit | undefined>;

/**
 * Bins of all features over the windows of a stage, and the search for splits by them. Its memory serves every stage.
 */
export interface SplitSearch {
  readonly histograms: Histograms;
  /** Puts the features' values over a stage's windows into bins. */
  bin(windows: WindowSet): Promise<void>;
  readonly findSplit: FindSplit;
}

/** On this thread. @param rows windows at most */
export function searchHere(
  kind: CascadeModel['kind'],
  features: CascadeFeatures,
  rows: number,
  pacer: Pacer,
): SplitSearch {
  const histograms = histogramsFor(features.count, rows);
  return {
    histograms,
    async bin(windows) {
      const write = featureBins(kind, features, windows);
      for (let feature = 0; feature < features.count; feature++) {
        write(feature, histograms.bins, feature * rows);
        if (feature % 64 === 0) await pacer.pause();
      }
    },
    findSplit: findSplitBy(histograms, features.count, kind),
  };
}

/** @param count features */
export function findSplitBy(
  histograms: Histograms,
  count: number,
  kind: CascadeModel['kind'],
): (rows: NodeRows) => NodeSplit | undefined {
  const isOrdered = kind === 'haar';
  return (rows) => {
    const cut = bestCut(histograms, rows, 0, count, isOrdered);
    return cut && splitOf(histograms, rows, cut, isOrdered);
  };
}

/** A node of fewer features times rows takes less time than to wake threads. */
export const LEAST_WORK = 1_000_000;

/**
 * On threads that share bins, weights and the order of rows with this one. Each takes units of features until none is
 * left. A cut depends on a range of features alone, so that the best one has the same bits however the units fall.
 *
 * @param rows windows at most
 * @param leastWork features times rows of a node below which it is searched here
 */
export function searchOnThreads(
  threads: TrainingThreads,
  kind: CascadeModel['kind'],
  features: CascadeFeatures,
  rows: number,
  signal: AbortSignal | undefined,
  leastWork: number,
): SplitSearch {
  const isOrdered = kind === 'haar';
  const units = Math.ceil(features.count / UNIT);
  // This thread has the last sums.
  const shared = sharedHistograms(features.count, rows, threads.threads + 1);
  const histograms = histogramsIn(shared, threads.threads);
  const here = findSplitBy(histograms, features.count, kind);
  const sent = inSharedMemory(features);
  return {
    histograms,
    async bin(windows) {
      const { count, stride, entries, sums, norms } = windows;
      const columns = isOrdered && shared.isFast ? sharedColumns(entries, count, threads.threads) : undefined;
      if (columns !== undefined) fillColumns(columnsIn(columns, 0), windows);
      const sizes = { count, stride, entries };
      await threads.share(
        { kind: 'bins', by: kind, shared, features: sent, windows: { ...sizes, sums, norms }, columns },
        units,
        signal,
      );
    },
    findSplit(node) {
      if (features.count * (node.end - node.begin) < leastWork) return here(node);
      return find(node);
    },
  };

  async function find(node: NodeRows): Promise<NodeSplit | undefined> {
    const found = await threads.share({ kind: 'split', shared, rows: node, isOrdered }, units, signal);
    const best = found.map(cutOf).reduce<BinCut | undefined>(betterCut, undefined);
    return best && splitOf(histograms, node, best, isOrdered);
  }
}

/** Threads are given the memory, not copies of it. */
function inSharedMemory({ count, rectangles, weights, tilted }: CascadeFeatures): CascadeFeatures {
  const shared = {
    count,
    rectangles: new Int32Array(new SharedArrayBuffer(rectangles.byteLength)),
    weights: new Float32Array(new SharedArrayBuffer(weights.byteLength)),
    tilted: new Uint8Array(new SharedArrayBuffer(tilted.byteLength)),
  };
  shared.rectangles.set(rectangles);
  shared.weights.set(weights);
  shared.tilted.set(tilted);
  return shared;
}
