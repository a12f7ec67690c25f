import type { Coding } from './coding.js';
import type { Forest } from './forest.js';

/** A column's thresholds come in so many: see "ask" in trees.wat. */
const TOGETHER = 16;

/** What is asked of one column. */
export interface Run {
  /** The column's place in the coding. */
  readonly column: number;
  /** Where the thresholds begin with which missing values go left; they come after the others. */
  readonly left: number;
  /** Where all of them end. */
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
  /** Of each column the nodes that ask it: those with missing values going right, and left. */
  const asking = Array.from(columns, (): [number[], number[]] => [[], []]);
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === -1) continue;
    if (set[node] !== -1 || Number.isNaN(threshold[node])) return undefined;
    asking[placeOf.get(feature[node]) ?? 0][missingLeft[node]].push(node);
  }
  const places = new Int32Array(feature.length);
  const thresholds: number[] = [];
  const place = (nodes: readonly number[]): void => {
    const known = new Map<number, number>();
    for (const node of nodes) {
      const at = known.get(threshold[node]) ?? thresholds.length;
      if (at === thresholds.length) thresholds.push(threshold[node]);
      known.set(threshold[node], at);
      places[node] = at;
    }
  };
  const runs = asking.map(([right, left], column): Run => {
    place(right);
    const from = thresholds.length;
    place(left);
    while (thresholds.length % TOGETHER !== 0) thresholds.push(Number.POSITIVE_INFINITY);
    return { column, left: from, end: thresholds.length };
  });
  return { thresholds: Float32Array.from(thresholds), runs, places };
}
