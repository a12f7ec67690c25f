import type { Block } from '../blocks/index.js';
import { Answers } from './answers.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { LEFT, type PaddedForest, padded, wordOf } from './padded.js';
import { rowKernel } from './rowwise.js';
import { addSliced, MOST_SLICED, SLICE, sliced } from './sliced.js';

/** How many words a chunk of trees may have: the second cache holds them and their leaves. */
const CHUNK_WORDS = 32_768;

/** Fewer rows are walked one by one: asking them everything would take longer. */
const FEW_ROWS = 16;

/**
 * Runs padded trees in plain code, without a branch on a row's way: 32 rows at a time, asked everything; a few one by one,
 * each through eight trees at a time.
 */
export function flatKernel(
  forest: Forest,
  coding: Coding,
  depth: number,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const chunk = 8 * Math.max(1, Math.trunc(CHUNK_WORDS / 8 / 2 ** depth));
  const trees = padded(forest, depth, LEFT, (node) => wordOf(coding, node, 1));
  const few = rowKernel(forest, coding, widths, trees.trees, chunk, (codes, tree, end, stride, sum) =>
    walk(trees, codes, tree, end, stride, sum),
  );
  if (depth > MOST_SLICED) return few;
  const many = sliceKernel(forest, coding, depth, widths);
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    const sliced = rows % SLICE < FEW_ROWS ? rows - (rows % SLICE) : rows;
    many(blocks, out, sliced);
    if (sliced < rows) few(blocks, out, sliced);
  };
}

/** Adds the leaves of the first `end` rows. */
function sliceKernel(
  forest: Forest,
  coding: Coding,
  depth: number,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array, end: number) => void {
  const { outputs } = forest;
  const answers = new Answers(forest, coding, widths);
  const known = sliced(forest, depth, answers.known);
  const any = { ...known, places: sliced(forest, depth, answers.any).places };
  const sums = new Float64Array(SLICE * outputs);
  const [planes, numbers] = [new Int32Array(8), new Int32Array(8)];
  return (blocks, out, end) => {
    for (let from = 0; from < end; from += SLICE) {
      const rows = Math.min(SLICE, end - from);
      const isMissing = answers.ask(blocks, from, rows);
      for (let i = 0, at = from * outputs; i < rows; i++) {
        for (let o = 0; o < outputs; o++) sums[o * SLICE + i] = out[at++];
      }
      addSliced(isMissing ? any : known, answers.words, sums, planes, numbers);
      for (let i = 0, at = from * outputs; i < rows; i++) {
        for (let o = 0; o < outputs; o++) out[at++] = sums[o * SLICE + i];
      }
    }
  };
}

/**
 * Word `i` of a level and its children's, `2 * i` and `2 * i + 1` of the next one, are so too among the words of all levels.
 * `| 0` says that a sum is a whole number of 32 bits, which spares checks of it.
 */
function walk(
  { trees, depth, words, leaves }: PaddedForest,
  codes: Int32Array,
  first: number,
  end: number,
  stride: number,
  start: number,
): number {
  const last = trees << depth;
  let sum = start;
  for (let tree = first; tree < end; tree += 8 * stride) {
    let a = (trees + tree) | 0;
    let b = (a + stride) | 0;
    let c = (b + stride) | 0;
    let d = (c + stride) | 0;
    let e = (d + stride) | 0;
    let f = (e + stride) | 0;
    let g = (f + stride) | 0;
    let h = (g + stride) | 0;
    for (let left = depth; left > 0; left--) {
      let word = 0;
      word = words[a];
      a = ((a << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[b];
      b = ((b << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[c];
      c = ((c << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[d];
      d = ((d << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[e];
      e = ((e << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[f];
      f = ((f << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[g];
      g = ((g << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[h];
      h = ((h << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
    }
    sum += leaves[(a - last) | 0];
    sum += leaves[(b - last) | 0];
    sum += leaves[(c - last) | 0];
    sum += leaves[(d - last) | 0];
    sum += leaves[(e - last) | 0];
    sum += leaves[(f - last) | 0];
    sum += leaves[(g - last) | 0];
    sum += leaves[(h - last) | 0];
  }
  return sum;
}
