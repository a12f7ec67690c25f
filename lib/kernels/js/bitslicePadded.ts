import type { Forest } from '../forest/index.js';

/** Rows that are walked at once: a bit for each in a word. */
export const SLICE = 32;

/** Leaves' numbers are bytes; asking every node of deeper trees would take longer than walking them, too. */
export const MOST_SLICED = 8;

/** Of the tree that is gone through: bits of leaves' numbers, and those numbers. */
const PLANES = new Int32Array(MOST_SLICED);
const NUMBERS = new Int32Array(8);

/** Less deep ones are filled up to it. */
const LEAST_SLICED = 3;

/**
 * Trees filled up to one depth, whose nodes name the answers (answers.ts) that 32 rows give them. In a tree of depth `d`, node `i` of
 * level `l` is number `2 ** l + i` of `2 ** d`, and its children are `i` and `i + 2 ** l` of the next level: bit `l` of a
 * leaf's number is what was answered on level `l`.
 */
export interface SlicedForest {
  readonly depth: number;
  /** Of each node, tree after tree; what isn't there names an answer that is left for all rows. */
  readonly places: Int32Array;
  readonly leaves: Float64Array;
}

/** @param answers of each node of the forest; answer 0 must be left for all rows */
export function sliced(
  { roots, feature, left, right, value }: Forest,
  height: number,
  answers: Int32Array,
): SlicedForest {
  const depth = Math.max(LEAST_SLICED, height);
  const size = 2 ** depth;
  const places = new Int32Array(roots.length * size);
  const leaves = new Float64Array(roots.length * size);
  const place = (node: number, first: number, level: number, at: number): void => {
    const width = 2 ** level;
    if (feature[node] === -1) {
      for (let leaf = at; leaf < size; leaf += width) leaves[first + leaf] = value[node];
      return;
    }
    places[first + width + at] = answers[node];
    place(left[node], first, level + 1, at);
    place(right[node], first, level + 1, at + width);
  };
  roots.forEach((root, tree) => {
    place(root, tree * size, 0, 0);
  });
  return { depth, places, leaves };
}

/**
 * Adds the leaves that 32 rows meet to their sums, tree after tree: row `r`'s of output `o` is number `SLICE * o + r`.
 *
 * Which leaf that is, is found for all rows at once, a bit of its number on each level: every node is asked, and the bits that are
 * known choose among the answers.
 */
export function addSliced(
  { depth, places, leaves }: SlicedForest,
  words: Int32Array,
  sums: Float64Array,
): void {
  const planes = PLANES;
  const numbers = NUMBERS;
  for (let level = depth; level < MOST_SLICED; level++) planes[level] = 0;
  const size = 1 << depth;
  for (let tree = 0, first = 0; tree < places.length; tree += size) {
    const a = words[places[tree + 1]];
    const b = two(words, places, tree + 2, a);
    const c = four(words, places, tree + 4, a, b);
    const d = depth > 3 ? eight(words, places, tree + 8, a, b, c) : 0;
    planes[0] = a;
    planes[1] = b;
    planes[2] = c;
    planes[3] = d;
    for (let level = 4; level < depth; level++) {
      planes[level] = many(words, places, tree + (1 << level), level, planes, a, b, c, d);
    }
    transpose(planes, numbers);
    addLeaves(numbers, leaves, tree, sums, first);
    first += SLICE;
    if (first === sums.length) first = 0;
  }
}

/** What rows answer to that one of a level's `2 ** level` nodes which they are at. */
function many(
  words: Int32Array,
  places: Int32Array,
  at: number,
  level: number,
  planes: Int32Array,
  a: number,
  b: number,
  c: number,
  d: number,
): number {
  if (level === 4) {
    return choose(d, eight(words, places, at, a, b, c), eight(words, places, at + 8, a, b, c));
  }
  const next = level - 1;
  return choose(
    planes[next],
    many(words, places, at, next, planes, a, b, c, d),
    many(words, places, at + (1 << next), next, planes, a, b, c, d),
  );
}

function eight(words: Int32Array, places: Int32Array, at: number, a: number, b: number, c: number): number {
  return choose(c, four(words, places, at, a, b), four(words, places, at + 4, a, b));
}

function four(words: Int32Array, places: Int32Array, at: number, a: number, b: number): number {
  return choose(b, two(words, places, at, a), two(words, places, at + 2, a));
}

function two(words: Int32Array, places: Int32Array, at: number, a: number): number {
  return choose(a, words[places[at]], words[places[at + 1]]);
}

/** The bits of `right` where those of `which` are set, else those of `left`. */
function choose(which: number, left: number, right: number): number {
  return left ^ ((left ^ right) & which);
}

/**
 * From eight words of a bit of 32 numbers each to these, as bytes: those of rows `i`, `i + 8`, `i + 16` and `i + 24` from the lowest on in word `i`.
 * Squares of bits change places across their diagonals, larger ones each time (Hacker's Delight, 7-3).
 */
export function transpose(planes: Int32Array, numbers: Int32Array): void {
  let a = planes[0];
  let b = planes[1];
  let c = planes[2];
  let d = planes[3];
  let e = planes[4];
  let f = planes[5];
  let g = planes[6];
  let h = planes[7];
  let t = ((a >>> 1) ^ b) & 0x5555_5555;
  a ^= t << 1;
  b ^= t;
  t = ((c >>> 1) ^ d) & 0x5555_5555;
  c ^= t << 1;
  d ^= t;
  t = ((e >>> 1) ^ f) & 0x5555_5555;
  e ^= t << 1;
  f ^= t;
  t = ((g >>> 1) ^ h) & 0x5555_5555;
  g ^= t << 1;
  h ^= t;
  t = ((a >>> 2) ^ c) & 0x3333_3333;
  a ^= t << 2;
  c ^= t;
  t = ((b >>> 2) ^ d) & 0x3333_3333;
  b ^= t << 2;
  d ^= t;
  t = ((e >>> 2) ^ g) & 0x3333_3333;
  e ^= t << 2;
  g ^= t;
  t = ((f >>> 2) ^ h) & 0x3333_3333;
  f ^= t << 2;
  h ^= t;
  t = ((a >>> 4) ^ e) & 0x0f0f_0f0f;
  numbers[0] = a ^ (t << 4);
  numbers[4] = e ^ t;
  t = ((b >>> 4) ^ f) & 0x0f0f_0f0f;
  numbers[1] = b ^ (t << 4);
  numbers[5] = f ^ t;
  t = ((c >>> 4) ^ g) & 0x0f0f_0f0f;
  numbers[2] = c ^ (t << 4);
  numbers[6] = g ^ t;
  t = ((d >>> 4) ^ h) & 0x0f0f_0f0f;
  numbers[3] = d ^ (t << 4);
  numbers[7] = h ^ t;
}

/** Adds the leaves that have the transposed numbers of 32 rows in a tree whose leaves begin at `tree` to sums that begin at `first`. */
export function addLeaves(
  numbers: Int32Array,
  leaves: Float64Array,
  tree: number,
  sums: Float64Array,
  first: number,
): void {
  for (let i = 0, to = first; i < 8; i++, to++) {
    const four = numbers[i];
    sums[to] += leaves[tree + (four & 255)];
    sums[to + 8] += leaves[tree + ((four >>> 8) & 255)];
    sums[to + 16] += leaves[tree + ((four >>> 16) & 255)];
    sums[to + 24] += leaves[tree + (four >>> 24)];
  }
}
