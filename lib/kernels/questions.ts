import type { Coding } from './coding.js';
import type { Forest } from './forest.js';

/** A column's thresholds come in so many: see "ask" in trees.wat. */
const TOGETHER = 16;

/** What is asked of one column, with missing values going one way. */
export interface Run {
  /** The column's place in the coding. */
  readonly column: number;
  readonly missingLeft: boolean;
  /** Where its thresholds end. */
  readonly end: number;
}

/**
 * All that a forest asks, each question once, column by column: one number beside four thresholds at a time answers all of them
 * for a row, and its walks need only look their answers up.
 */
export interface Questions {
  /** Run after run, each filled up to a multiple of {@link TOGETHER}. */
  readonly thresholds: Float32Array;
  readonly runs: readonly Run[];
  /** Where each node's threshold is; 0 at leaves. */
  readonly places: Int32Array;
}

/** @returns undefined where it asks for categories, or whether a number is at most NaN */
export function questionsOf(forest: Forest, { columns }: Coding): Questions | undefined {
  const { feature, threshold, missingLeft, set } = forest;
  const placeOf = new Map(Array.from(columns, (column, c) => [column, c]));
  /** Nodes that ask the same column with missing values going the same way. */
  const asking = new Map<number, number[]>();
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === -1) continue;
    if (set[node] !== -1 || Number.isNaN(threshold[node])) return undefined;
    const key = 2 * (placeOf.get(feature[node]) ?? 0) + missingLeft[node];
    const nodes = asking.get(key);
    if (nodes) nodes.push(node);
    else asking.set(key, [node]);
  }
  const places = new Int32Array(feature.length);
  const thresholds: number[] = [];
  const runs: Run[] = [];
  for (const [key, nodes] of [...asking].sort(([a], [b]) => a - b)) {
    const known = new Map<number, number>();
    for (const node of nodes) {
      const place = known.get(threshold[node]) ?? thresholds.length;
      if (place === thresholds.length) thresholds.push(threshold[node]);
      known.set(threshold[node], place);
      places[node] = place;
    }
    while (thresholds.length % TOGETHER !== 0) thresholds.push(Number.POSITIVE_INFINITY);
    runs.push({ column: key >> 1, missingLeft: key % 2 === 1, end: thresholds.length });
  }
  return { thresholds: Float32Array.from(thresholds), runs, places };
}
