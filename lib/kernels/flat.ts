import { areDense, type Block } from '../blocks/index.js';
import { askedFlatKernel } from './askedFlat.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { LEFT, type PaddedForest, padded, wordOf } from './padded.js';
import { rowKernel, sideBySide } from './rowwise.js';
import type { Shape } from './shape.js';
import { addSliced, MOST_SLICED, sliced } from './sliced.js';
import { type AddSlice, isSliceWorth, sliceKernel } from './slices.js';

/** How many words a chunk of trees may have: the second cache holds them and their leaves. */
const CHUNK_WORDS = 32_768;

/**
 * Runs padded trees in plain code, without a branch on a row's way: 32 rows at a time, asked everything; a few one by one,
 * each through eight trees at a time, asked everything first where that pays.
 */
export function flatKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const { depth } = shape;
  const chunk = 8 * Math.max(1, Math.trunc(CHUNK_WORDS / 8 / 2 ** depth));
  const trees = padded(forest, depth, LEFT, (node) => wordOf(coding, node, 1), sideBySide(forest));
  const coded = rowKernel(forest, coding, widths, chunk, (codes, tree, end, sums, at) =>
    walk(trees, codes, tree, end, sums, at),
  );
  const asked = askedFlatKernel(forest, coding, shape, widths);
  const few: typeof coded = asked
    ? (blocks, out, first) => (areDense(blocks) ? asked : coded)(blocks, out, first)
    : coded;
  if (depth > MOST_SLICED || !isSliceWorth(coding, shape)) return few;
  const [planes, numbers] = [new Int32Array(8), new Int32Array(8)];
  const slices = (places: Int32Array): AddSlice => {
    const trees = sliced(forest, depth, places);
    return (words, sums) => addSliced(trees, words, sums, planes, numbers);
  };
  return sliceKernel(forest, coding, widths, slices, few);
}

/** A walk at word `at` of a level goes on to one of its children's, `2 * at` and `2 * at + 1`. `| 0` says that a sum has 32 bits, which spares checks of it. */
function down(words: Int32Array, codes: Int32Array, at: number): number {
  const word = words[at];
  return ((at << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
}

/** Two steps of a tree at a time: with one, what each walk has got to doesn't stay in a register. */
function walk(
  { trees, depth, words, leaves }: PaddedForest,
  codes: Int32Array,
  first: number,
  end: number,
  sums: Float64Array,
  at: number,
): void {
  const last = trees << depth;
  let sum = sums[at];
  for (let tree = first; tree < end; tree += 8) {
    let a = (trees + tree) | 0;
    let b = (a + 1) | 0;
    let c = (b + 1) | 0;
    let d = (c + 1) | 0;
    let e = (d + 1) | 0;
    let f = (e + 1) | 0;
    let g = (f + 1) | 0;
    let h = (g + 1) | 0;
    let left = depth;
    for (; left > 1; left -= 2) {
      a = down(words, codes, down(words, codes, a));
      b = down(words, codes, down(words, codes, b));
      c = down(words, codes, down(words, codes, c));
      d = down(words, codes, down(words, codes, d));
      e = down(words, codes, down(words, codes, e));
      f = down(words, codes, down(words, codes, f));
      g = down(words, codes, down(words, codes, g));
      h = down(words, codes, down(words, codes, h));
    }
    if (left === 1) {
      a = down(words, codes, a);
      b = down(words, codes, b);
      c = down(words, codes, c);
      d = down(words, codes, d);
      e = down(words, codes, e);
      f = down(words, codes, f);
      g = down(words, codes, g);
      h = down(words, codes, h);
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
  sums[at] = sum;
}
