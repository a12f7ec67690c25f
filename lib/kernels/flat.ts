import type { Block } from '../blocks/index.js';
import { Coder } from './coder.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { CODE_SHIFT, LANES, type PaddedForest, padded } from './padded.js';
import type { CodePlan } from './ranks.js';

/** Rows whose codes are at hand at a time: a tree is walked by all of them while it is in the cache. */
const TOGETHER = 64;

/**
 * Runs padded trees in plain code, without a branch on a row's way: eight rows through a tree at a time, or one row through
 * eight trees. Sums are added in the reference's order, bit for bit.
 */
export function flatKernel(
  forest: Forest,
  coding: Coding,
  depth: number,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const trees = padded(forest, coding, depth, LANES);
  const size = coding.slots * LANES;
  const plan: CodePlan = {
    codes: new Int32Array((size * TOGETHER) / LANES),
    step: LANES,
    shift: CODE_SHIFT,
  };
  const coder = new Coder(coding, widths, plan);
  const { outputs, base } = forest;
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    coder.begin(blocks);
    let row = 0;
    while (row + LANES <= rows) {
      const groups = Math.trunc(Math.min(TOGETHER, rows - row) / LANES);
      for (let g = 0; g < groups; g++) coder.write(blocks, row + g * LANES, LANES, g * size);
      for (let i = row; i < row + groups * LANES; i++) out.set(base, i * outputs);
      walkRows(trees, plan.codes, size, groups, outputs, out, row * outputs);
      for (let g = 0; g < groups; g++) coder.clear(blocks, row + g * LANES, LANES, g * size);
      row += groups * LANES;
    }
    for (; row < rows; row++) {
      coder.write(blocks, row, 1, 0);
      for (let o = 0; o < outputs; o++) {
        out[row * outputs + o] = walkTrees(trees, plan.codes, o, outputs, base[o]);
      }
      coder.clear(blocks, row, 1, 0);
    }
  };
}

const SLOT = 2 ** CODE_SHIFT - 1;

/** Each tree in turn, by groups of eight rows whose codes are `size` apart. */
function walkRows(
  { trees, depth, words, leaves }: PaddedForest,
  codes: Int32Array,
  size: number,
  groups: number,
  outputs: number,
  out: Float64Array,
  from: number,
): void {
  for (let tree = 0, o = 0; tree < trees; tree++) {
    for (let g = 0, at = 0, to = from + o; g < groups; g++, at += size) {
      let a = tree;
      let b = tree;
      let c = tree;
      let d = tree;
      let e = tree;
      let f = tree;
      let g = tree;
      let h = tree;
      for (let level = 0, base = 0, width = trees; level < depth; level++, base += width, width *= 2) {
        let word = 0;
        word = words[base + a];
        a = 2 * a + ((word - codes[at + (word & SLOT)]) >>> 31);
        word = words[base + b];
        b = 2 * b + ((word - codes[at + (word & SLOT) + 1]) >>> 31);
        word = words[base + c];
        c = 2 * c + ((word - codes[at + (word & SLOT) + 2]) >>> 31);
        word = words[base + d];
        d = 2 * d + ((word - codes[at + (word & SLOT) + 3]) >>> 31);
        word = words[base + e];
        e = 2 * e + ((word - codes[at + (word & SLOT) + 4]) >>> 31);
        word = words[base + f];
        f = 2 * f + ((word - codes[at + (word & SLOT) + 5]) >>> 31);
        word = words[base + g];
        g = 2 * g + ((word - codes[at + (word & SLOT) + 6]) >>> 31);
        word = words[base + h];
        h = 2 * h + ((word - codes[at + (word & SLOT) + 7]) >>> 31);
      }
      out[to] += leaves[a];
      to += outputs;
      out[to] += leaves[b];
      to += outputs;
      out[to] += leaves[c];
      to += outputs;
      out[to] += leaves[d];
      to += outputs;
      out[to] += leaves[e];
      to += outputs;
      out[to] += leaves[f];
      to += outputs;
      out[to] += leaves[g];
      to += outputs;
      out[to] += leaves[h];
      to += outputs;
    }
    if (++o === outputs) o = 0;
  }
}

/** The sum of every `stride`th tree, beginning with number `first`, on top of `sum`: eight trees at a time. */
function walkTrees(
  { trees, depth, words, leaves }: PaddedForest,
  codes: Int32Array,
  first: number,
  stride: number,
  sum: number,
): number {
  let tree = first;
  for (; tree + 7 * stride < trees; tree += 8 * stride) {
    let a = tree;
    let b = tree + stride;
    let c = tree + 2 * stride;
    let d = tree + 3 * stride;
    let e = tree + 4 * stride;
    let f = tree + 5 * stride;
    let g = tree + 6 * stride;
    let h = tree + 7 * stride;
    for (let level = 0, base = 0, width = trees; level < depth; level++, base += width, width *= 2) {
      let word = 0;
      word = words[base + a];
      a = 2 * a + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + b];
      b = 2 * b + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + c];
      c = 2 * c + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + d];
      d = 2 * d + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + e];
      e = 2 * e + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + f];
      f = 2 * f + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + g];
      g = 2 * g + ((word - codes[word & SLOT]) >>> 31);
      word = words[base + h];
      h = 2 * h + ((word - codes[word & SLOT]) >>> 31);
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
  for (; tree < trees; tree += stride) {
    let a = tree;
    for (let level = 0, base = 0, width = trees; level < depth; level++, base += width, width *= 2) {
      const word = words[base + a];
      a = 2 * a + ((word - codes[word & SLOT]) >>> 31);
    }
    sum += leaves[a];
  }
  return sum;
}
