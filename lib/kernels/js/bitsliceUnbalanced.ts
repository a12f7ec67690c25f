import type { Forest } from '../forest/index.js';
import { addLeaves, SLICE, transpose } from './bitslicePadded.js';

/** A leaf's number is a byte, and so is a node's place in its tree. */
const MOST_BITS = 8;
const BYTE = 255;

/** Numbers of a record. */
const RECORD = 2;

/** Of the tree that is gone through: the rows at each of its nodes, leaves at the last place; bits of leaves' numbers; those numbers. */
const ROWS = new Int32Array(2 ** MOST_BITS);
const PLANES = new Int32Array(MOST_BITS);
const NUMBERS = new Int32Array(8);

/**
 * Trees too lopsided to be padded, for 32 rows at once: each node divides the rows that reach it, parents first, and those
 * that go right change bits of their leaf's number.
 */
export interface ReachedForest {
  /** Bits of a leaf's number. */
  readonly bits: number;
  /** Where each tree's records begin; where the last one's end. */
  readonly begin: Int32Array;
  /**
   * Of each node, as often as bits of the number change on the right: which it is, or where its answers are; then, a byte each, its place
   * among the tree's nodes, those of its children, and the bit.
   */
  readonly records: Int32Array;
  /** `2 ** bits` a tree. */
  readonly leaves: Float64Array;
}

/**
 * @param forest whose trees share no nodes
 * @returns undefined where a tree has more leaves than there are numbers
 */
export function reached(forest: Forest): ReachedForest | undefined {
  const trees: Int32Array[] = [];
  let most = 0;
  for (const root of forest.roots) {
    const inner = innerNodes(forest, root);
    if (inner.length >= 2 ** MOST_BITS) return undefined;
    trees.push(inner);
    most = Math.max(most, inner.length);
  }
  // With two bits to spare nearly all nodes find a number that differs in one.
  const bits = Math.min(MOST_BITS, 34 - Math.clz32(most));
  const begin = new Int32Array(trees.length + 1);
  const records: number[] = [];
  const leaves = new Float64Array(trees.length * 2 ** bits);
  trees.forEach((inner, tree) => {
    const place = new Map(Array.from(inner, (node, i) => [node, i]));
    const free = new Set(Array.from({ length: 2 ** bits }, (_, number) => number));
    const numbers = new Map<number, number>();
    const give = (node: number, number: number): number => {
      free.delete(number);
      numbers.set(node, number);
      if (forest.feature[node] === -1) leaves[tree * 2 ** bits + number] = forest.value[node];
      return place.get(node) ?? BYTE;
    };
    give(forest.roots[tree], 0);
    inner.forEach((node, at) => {
      const number = numbers.get(node) ?? 0;
      const other = nearest(free, number);
      const left = give(forest.left[node], number);
      const places = at | (left << 8) | (give(forest.right[node], other) << 16);
      for (let bit = 0; bit < bits; bit++) {
        if ((((number ^ other) >> bit) & 1) === 1) records.push(node, places | (bit << 24));
      }
    });
    begin[tree + 1] = records.length;
  });
  return { bits, begin, records: Int32Array.from(records), leaves };
}

/** @param places where the answers of each node of the forest are */
export function answered(trees: ReachedForest, places: Int32Array): ReachedForest {
  return {
    ...trees,
    records: trees.records.map((number, i) => (i % RECORD === 0 ? places[number] : number)),
  };
}

/** Parents first; no more than there are leaves' numbers. */
function innerNodes({ feature, left, right }: Forest, root: number): Int32Array {
  const found = feature[root] === -1 ? [] : [root];
  for (const node of found) {
    if (found.length >= 2 ** MOST_BITS) break;
    for (const child of [left[node], right[node]]) if (feature[child] !== -1) found.push(child);
  }
  return Int32Array.from(found);
}

/** The number that differs in the fewest bits. */
function nearest(numbers: ReadonlySet<number>, from: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const number of numbers) {
    let differing = 0;
    for (let rest = number ^ from; rest !== 0; rest &= rest - 1) differing++;
    if (differing < least) {
      least = differing;
      best = number;
    }
  }
  return best;
}

/** As addSliced does it. */
export function addReached(
  { bits, begin, records, leaves }: ReachedForest,
  words: Int32Array,
  sums: Float64Array,
): void {
  const rows = ROWS;
  const planes = PLANES;
  const numbers = NUMBERS;
  for (let tree = 0, first = 0; tree < begin.length - 1; tree++) {
    // A loop: calling `fill` takes a quarter of the time.
    for (let bit = 0; bit < MOST_BITS; bit++) planes[bit] = 0;
    rows[0] = -1;
    for (let at = begin[tree], end = begin[tree + 1]; at < end; at += RECORD) {
      const places = records[at + 1];
      const here = rows[places & BYTE];
      const right = here & words[records[at]];
      rows[(places >>> 8) & BYTE] = here ^ right;
      rows[(places >>> 16) & BYTE] = right;
      planes[places >>> 24] ^= right;
    }
    transpose(planes, numbers);
    addLeaves(numbers, leaves, tree << bits, sums, first);
    first += SLICE;
    if (first === sums.length) first = 0;
  }
}
