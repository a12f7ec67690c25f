import type { Forest } from '../forest/index.js';
import type { Coding } from './coding.js';

/** Thresholds of a block: see "ask" in trees.wat. */
export const BLOCK = 16;

/** What is asked of one column. */
export interface Run {
  /** The column's place in the coding. */
  readonly column: number;
  /** Where its thresholds end. */
  readonly end: number;
}

/**
 * All that a forest asks, each question once, column by column: a number beside one block of the thresholds answers all of them
 * for a row, and its walks need only look their answers up.
 */
export interface Questions {
  /** Run after run, each ascending and filled up to whole blocks with infinity, of which there is at least one. */
  readonly thresholds: Float32Array;
  /** Of each threshold whether a missing number goes left. */
  readonly missingLeft: Uint8Array;
  readonly runs: readonly Run[];
  /** Where each node's threshold is; 0 at leaves. */
  readonly places: Int32Array;
}

/** @returns undefined where it asks for categories, or whether a number is at most NaN */
export function questionsOf(forest: Forest, { columns }: Coding): Questions | undefined {
  const { feature, threshold, missingLeft, set } = forest;
  const placeOf = new Map(Array.from(columns, (column, c) => [column, c]));
  const isLeft = (node: number) => Number(missingLeft[node] === 1);
  const asking = Array.from(columns, (): number[] => []);
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === -1) continue;
    if (set[node] !== -1 || Number.isNaN(threshold[node])) return undefined;
    asking[placeOf.get(feature[node]) ?? 0].push(node);
  }
  const places = new Int32Array(feature.length);
  const thresholds: number[] = [];
  const left: number[] = [];
  const runs = asking.map((nodes, column): Run => {
    nodes.sort((a, b) => threshold[a] - threshold[b] || isLeft(a) - isLeft(b));
    for (const [i, node] of nodes.entries()) {
      const before = nodes[i - 1];
      if (i === 0 || threshold[node] !== threshold[before] || isLeft(node) !== isLeft(before)) {
        thresholds.push(threshold[node]);
        left.push(isLeft(node));
      }
      places[node] = thresholds.length - 1;
    }
    do thresholds.push(Number.POSITIVE_INFINITY);
    while (thresholds.length % BLOCK !== 0);
    while (left.length < thresholds.length) left.push(1);
    return { column, end: thresholds.length };
  });
  return { thresholds: Float32Array.from(thresholds), missingLeft: Uint8Array.from(left), runs, places };
}
