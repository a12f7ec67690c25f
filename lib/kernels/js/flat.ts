import type { Block } from '../../blocks/index.js';
import type { Forest, Shape } from '../forest/index.js';
import {
  type Coding,
  LEFT,
  type PaddedForest,
  padded,
  ROW_LANES,
  sideBySide,
  wordOf,
} from '../quantize/index.js';
import { addSliced, MOST_SLICED, sliced } from './bitslicePadded.js';
import { askedFlatKernel } from './rowPadded.js';
import { rowKernel } from './rowwise.js';
import { type AddSlice, isSliceWorth, sliceKernel } from './slices.js';

/** How many words a chunk of trees may have: the second cache holds them and their leaves. */
const CHUNK_WORDS = 32_768;

/**
 * Runs padded trees in plain code, without a branch on a row's way: 32 rows at a time, asked everything; a few one by one,
 * each through ten trees at a time, asked everything first where that pays.
 */
export function flatKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const { depth } = shape;
  const chunk = ROW_LANES * Math.max(1, Math.trunc(CHUNK_WORDS / ROW_LANES / 2 ** depth));
  const trees = padded(
    forest,
    depth,
    LEFT,
    (node) => wordOf(coding, node, 1),
    sideBySide(forest, ROW_LANES),
    ROW_LANES,
  );
  const coded = rowKernel(
    forest,
    coding,
    widths,
    chunk,
    (codes, tree, end, sums, at) => walk(trees, codes, tree, end, sums, at),
    ROW_LANES,
  );
  const few = askedFlatKernel(forest, coding, shape, widths, coded);
  if (depth > MOST_SLICED || !isSliceWorth(coding, shape)) return few;
  const slices = (places: Int32Array): AddSlice => {
    const trees = sliced(forest, depth, places);
    return (words, sums) => addSliced(trees, words, sums);
  };
  return sliceKernel(forest, coding, widths, slices, few);
}

/**
 * A walk at word `a` of a level goes on to one of its children's, `2 * a` and `2 * a + 1`. `| 0` says that a sum has 32 bits, which spares
 * checks of it. Two steps of a tree at a time: with one, what each walk has got to doesn't stay in a register. Steps are written out: V8 puts
 * no more than some twenty calls in place.
 */
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
  for (let tree = first; tree < end; tree += ROW_LANES) {
    let a = (trees + tree) | 0;
    let b = (a + 1) | 0;
    let c = (b + 1) | 0;
    let d = (c + 1) | 0;
    let e = (d + 1) | 0;
    let f = (e + 1) | 0;
    let g = (f + 1) | 0;
    let h = (g + 1) | 0;
    let i = (h + 1) | 0;
    let j = (i + 1) | 0;
    let left = depth;
    let word = 0;
    for (; left > 1; left -= 2) {
      word = words[a];
      a = ((a << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[a];
      a = ((a << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[b];
      b = ((b << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[b];
      b = ((b << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[c];
      c = ((c << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[c];
      c = ((c << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[d];
      d = ((d << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[d];
      d = ((d << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[e];
      e = ((e << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[e];
      e = ((e << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[f];
      f = ((f << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[f];
      f = ((f << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[g];
      g = ((g << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[g];
      g = ((g << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[h];
      h = ((h << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[h];
      h = ((h << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[i];
      i = ((i << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[i];
      i = ((i << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[j];
      j = ((j << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[j];
      j = ((j << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
    }
    if (left === 1) {
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
      word = words[i];
      i = ((i << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
      word = words[j];
      j = ((j << 1) + ((word - codes[word & 0xffff]) >>> 31)) | 0;
    }
    sum += leaves[(a - last) | 0];
    sum += leaves[(b - last) | 0];
    sum += leaves[(c - last) | 0];
    sum += leaves[(d - last) | 0];
    sum += leaves[(e - last) | 0];
    sum += leaves[(f - last) | 0];
    sum += leaves[(g - last) | 0];
    sum += leaves[(h - last) | 0];
    sum += leaves[(i - last) | 0];
    sum += leaves[(j - last) | 0];
  }
  sums[at] = sum;
}
