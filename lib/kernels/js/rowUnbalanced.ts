import type { Forest, Shape } from '../forest/index.js';
import { type Coding, padded, ROW_LANES, sideBySide, togetherTrees } from '../quantize/index.js';
import { ANSWERS, LEFTWARD, questionsToAsk } from './rowPredicates.js';
import { type AddRows, askedKernel } from './rowwise.js';

/** Levels of a piece: most leaves of a lopsided tree are so near its root. */
const LEVELS = 3;

/** No output may have more trees, nor as many. */
const MOST_TREES = 2 ** 13;

/** Those of the row that was asked last. */
const answered = ANSWERS;

/** Of each tree the piece that the row is at, or its leaf; which trees are under way. */
const AT = new Int32Array(MOST_TREES);
const UNDER_WAY = new Int32Array(MOST_TREES + 3);

/** What stands for a tree where fewer are under way than are walked at a time. */
const NONE = MOST_TREES - 1;

/** Trees cut in pieces of {@link LEVELS} levels, padded (`PaddedForest`): each tree's first piece, one that is a leaf of -0, and then the others. */
interface Pieces {
  readonly pieces: number;
  readonly words: Uint16Array;
  /** Of each of a piece's leaves: another piece; or less than 0, the complement of a node. */
  readonly exits: Int32Array;
  readonly values: Float64Array;
}

/**
 * Adds a forest's leaves row by row in plain code, each row asked everything before it is walked, through trees that are too deep or too
 * lopsided to be padded: through the first three levels of all trees, then three more of those where it met no leaf, and so on.
 *
 * @param coded does so where there is too much to ask, or what isn't of a number and a threshold; or where there are too many trees
 */
export function askedLinkedKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
  coded: AddRows,
): AddRows {
  const each = togetherTrees(forest, ROW_LANES) / forest.outputs;
  const questions = each < MOST_TREES ? questionsToAsk(forest, coding, shape) : undefined;
  if (questions === undefined) return coded;
  const pieces = piecesOf(forest, questions.places);
  const none = each * forest.outputs;
  const add = (output: number, sums: Float64Array, at: number) => {
    sums[at] = walk(pieces, output * each, each, none, sums[at]);
  };
  return askedKernel(forest, coding, questions, widths, add, coded);
}

function piecesOf(forest: Forest, places: Int32Array): Pieces {
  const [feature, left, right] = [[...forest.feature], [...forest.left], [...forest.right]];
  const exits = Array.from(feature, (_, node) => ~node);
  const addLeaf = (exit: number) => {
    exits.push(exit);
    return feature.push(-1) - 1;
  };
  const none = addLeaf(~feature.length);
  const trees = togetherTrees(forest, ROW_LANES);
  const roots = new Array<number>(trees + 1).fill(none);
  const at = sideBySide(forest, ROW_LANES);
  forest.roots.forEach((root, tree) => {
    roots[at(tree)] = root;
  });
  const cut = (node: number, level: number): void => {
    if (feature[node] === -1) return;
    for (const children of [left, right]) {
      const child = children[node];
      if (level + 1 < LEVELS || feature[child] === -1) cut(child, level + 1);
      else {
        children[node] = addLeaf(roots.length);
        roots.push(child);
      }
    }
  };
  for (let piece = 0; piece < roots.length; piece++) cut(roots[piece], 0);
  const cuts: Forest = {
    ...forest,
    outputs: 1,
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    value: Float64Array.from(exits),
  };
  const values = new Float64Array(none + 1).fill(-0);
  values.set(forest.value);
  const { words, leaves } = padded(cuts, LEVELS, LEFTWARD, (node) => places[node], undefined, 1);
  return {
    pieces: roots.length,
    words: Uint16Array.from(words),
    exits: Int32Array.from(leaves),
    values,
  };
}

/** Steps are those of askedFlat.ts. Whether a row has met a leaf can't be foreseen, so that the list of trees under way is made without a branch. */
function walk(
  { pieces, words, exits, values }: Pieces,
  first: number,
  trees: number,
  none: number,
  begin: number,
): number {
  const answers = answered;
  const at = AT;
  const underWay = UNDER_WAY;
  const last = pieces << LEVELS;
  let count = 0;
  for (let tree = 0; tree < trees; tree += ROW_LANES) {
    let a = (pieces + first + tree) | 0;
    let b = (a + 1) | 0;
    let c = (b + 1) | 0;
    let d = (c + 1) | 0;
    let e = (d + 1) | 0;
    let f = (e + 1) | 0;
    let g = (f + 1) | 0;
    let h = (g + 1) | 0;
    let i = (h + 1) | 0;
    let j = (i + 1) | 0;
    a = ((a << 1) + answers[words[a]]) | 0;
    b = ((b << 1) + answers[words[b]]) | 0;
    c = ((c << 1) + answers[words[c]]) | 0;
    d = ((d << 1) + answers[words[d]]) | 0;
    e = ((e << 1) + answers[words[e]]) | 0;
    f = ((f << 1) + answers[words[f]]) | 0;
    g = ((g << 1) + answers[words[g]]) | 0;
    h = ((h << 1) + answers[words[h]]) | 0;
    i = ((i << 1) + answers[words[i]]) | 0;
    j = ((j << 1) + answers[words[j]]) | 0;
    a = ((a << 1) + answers[words[a]]) | 0;
    a = ((a << 1) + answers[words[a]]) | 0;
    b = ((b << 1) + answers[words[b]]) | 0;
    b = ((b << 1) + answers[words[b]]) | 0;
    c = ((c << 1) + answers[words[c]]) | 0;
    c = ((c << 1) + answers[words[c]]) | 0;
    d = ((d << 1) + answers[words[d]]) | 0;
    d = ((d << 1) + answers[words[d]]) | 0;
    e = ((e << 1) + answers[words[e]]) | 0;
    e = ((e << 1) + answers[words[e]]) | 0;
    f = ((f << 1) + answers[words[f]]) | 0;
    f = ((f << 1) + answers[words[f]]) | 0;
    g = ((g << 1) + answers[words[g]]) | 0;
    g = ((g << 1) + answers[words[g]]) | 0;
    h = ((h << 1) + answers[words[h]]) | 0;
    h = ((h << 1) + answers[words[h]]) | 0;
    i = ((i << 1) + answers[words[i]]) | 0;
    i = ((i << 1) + answers[words[i]]) | 0;
    j = ((j << 1) + answers[words[j]]) | 0;
    j = ((j << 1) + answers[words[j]]) | 0;
    at[tree] = a = exits[(a - last) | 0];
    underWay[count] = tree;
    count = (count + 1 + (a >> 31)) | 0;
    at[tree + 1] = b = exits[(b - last) | 0];
    underWay[count] = tree + 1;
    count = (count + 1 + (b >> 31)) | 0;
    at[tree + 2] = c = exits[(c - last) | 0];
    underWay[count] = tree + 2;
    count = (count + 1 + (c >> 31)) | 0;
    at[tree + 3] = d = exits[(d - last) | 0];
    underWay[count] = tree + 3;
    count = (count + 1 + (d >> 31)) | 0;
    at[tree + 4] = e = exits[(e - last) | 0];
    underWay[count] = tree + 4;
    count = (count + 1 + (e >> 31)) | 0;
    at[tree + 5] = f = exits[(f - last) | 0];
    underWay[count] = tree + 5;
    count = (count + 1 + (f >> 31)) | 0;
    at[tree + 6] = g = exits[(g - last) | 0];
    underWay[count] = tree + 6;
    count = (count + 1 + (g >> 31)) | 0;
    at[tree + 7] = h = exits[(h - last) | 0];
    underWay[count] = tree + 7;
    count = (count + 1 + (h >> 31)) | 0;
    at[tree + 8] = i = exits[(i - last) | 0];
    underWay[count] = tree + 8;
    count = (count + 1 + (i >> 31)) | 0;
    at[tree + 9] = j = exits[(j - last) | 0];
    underWay[count] = tree + 9;
    count = (count + 1 + (j >> 31)) | 0;
  }
  while (count > 0) {
    const end = count;
    for (let i = 0; i < 3; i++) underWay[end + i] = NONE;
    at[NONE] = none;
    count = 0;
    for (let i = 0; i < end; i += 4) {
      const p = underWay[i];
      const q = underWay[i + 1];
      const r = underWay[i + 2];
      const s = underWay[i + 3];
      let a = (pieces + at[p]) | 0;
      let b = (pieces + at[q]) | 0;
      let c = (pieces + at[r]) | 0;
      let d = (pieces + at[s]) | 0;
      a = ((a << 1) + answers[words[a]]) | 0;
      b = ((b << 1) + answers[words[b]]) | 0;
      c = ((c << 1) + answers[words[c]]) | 0;
      d = ((d << 1) + answers[words[d]]) | 0;
      a = ((a << 1) + answers[words[a]]) | 0;
      a = ((a << 1) + answers[words[a]]) | 0;
      b = ((b << 1) + answers[words[b]]) | 0;
      b = ((b << 1) + answers[words[b]]) | 0;
      c = ((c << 1) + answers[words[c]]) | 0;
      c = ((c << 1) + answers[words[c]]) | 0;
      d = ((d << 1) + answers[words[d]]) | 0;
      d = ((d << 1) + answers[words[d]]) | 0;
      at[p] = a = exits[(a - last) | 0];
      underWay[count] = p;
      count = (count + 1 + (a >> 31)) | 0;
      at[q] = b = exits[(b - last) | 0];
      underWay[count] = q;
      count = (count + 1 + (b >> 31)) | 0;
      at[r] = c = exits[(c - last) | 0];
      underWay[count] = r;
      count = (count + 1 + (c >> 31)) | 0;
      at[s] = d = exits[(d - last) | 0];
      underWay[count] = s;
      count = (count + 1 + (d >> 31)) | 0;
    }
  }
  let sum = begin;
  for (let tree = 0; tree < trees; tree++) sum += values[~at[tree]];
  return sum;
}
