import type { Block } from '../blocks/index.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { LEFT, type PaddedForest, padded, wordOf } from './padded.js';
import { rowKernel } from './rowwise.js';

/** How many words a chunk of trees may have: the second cache holds them and their leaves. */
const CHUNK_WORDS = 32_768;

/** Runs padded trees in plain code, without a branch on a row's way: one row through eight trees at a time. */
export function flatKernel(
  forest: Forest,
  coding: Coding,
  depth: number,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const chunk = 8 * Math.max(1, Math.trunc(CHUNK_WORDS / 8 / 2 ** depth));
  const trees = padded(forest, depth, LEFT, (node) => wordOf(coding, node, 1));
  return rowKernel(forest, coding, widths, trees.trees, chunk, (codes, tree, end, stride, sum) =>
    walk(trees, codes, tree, end, stride, sum),
  );
}

function walk(
  { trees, depth, words, leaves }: PaddedForest,
  codes: Int32Array,
  first: number,
  end: number,
  stride: number,
  start: number,
): number {
  const last = trees * 2 ** depth;
  let sum = start;
  for (let tree = first; tree < end; tree += 8 * stride) {
    let a = tree;
    let b = a + stride;
    let c = b + stride;
    let d = c + stride;
    let e = d + stride;
    let f = e + stride;
    let g = f + stride;
    let h = g + stride;
    for (let width = trees; width < last; width *= 2) {
      let word = 0;
      word = words[width + a];
      a = 2 * a + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + b];
      b = 2 * b + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + c];
      c = 2 * c + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + d];
      d = 2 * d + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + e];
      e = 2 * e + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + f];
      f = 2 * f + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + g];
      g = 2 * g + ((word - codes[word & 0xffff]) >>> 31);
      word = words[width + h];
      h = 2 * h + ((word - codes[word & 0xffff]) >>> 31);
    }
    sum += leaves[a];
    sum += leaves[b];
    sum += leaves[c];
    sum += leaves[d];
    sum += leaves[e];
    sum += leaves[f];
    sum += leaves[g];
    sum += leaves[h];
  }
  return sum;
}
