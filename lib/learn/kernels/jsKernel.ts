import type { Block } from '../../data/blocks/index.js';
import type { Forest } from './forest/index.js';
import {
  fitsWords,
  type LinkedForest,
  linkedForest,
  type Quantization,
  Quantizer,
  wordOf,
} from './quantize/index.js';

/**
 * Rows whose codes are ready together: all of them walk some trees while these are in the cache.
 */
const ROWS = 64;

/** Trees of an output that stay in the cache together. */
const TREES = 32;

/** Trees that a row walks at a time. */
const TOGETHER = 4;

/**
 * The JavaScript kernel, for any trees and blocks: rows are quantized and walk the linked trees, four at a time. Each
 * row's leaves are added in the reference's order, so that its sums are the reference's bit for bit.
 *
 * @returns undefined where nodes share children, or words have no room for the codes
 */
export function jsKernel(
  forest: Forest,
  quantization: Quantization,
  widths: readonly number[],
): ((blocks: readonly Block[], out: Float64Array) => void) | undefined {
  const { outputs } = forest;
  const { slots } = quantization;
  if (!fitsWords(quantization, 1)) return undefined;
  const trees = linkedForest(forest, { at: 0, node: 2, word: (node) => wordOf(quantization, node, 1) });
  if (!trees) return undefined;
  const codes = new Int32Array(slots * ROWS);
  const codesOf = Array.from({ length: ROWS }, (_, row) => codes.subarray(row * slots, (row + 1) * slots));
  const quantizer = new Quantizer(quantization, widths, { codes, step: 1, lane: slots });
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    quantizer.begin(blocks);
    for (let from = 0; from < rows; from += ROWS) {
      const count = Math.min(ROWS, rows - from);
      quantizer.write(blocks, from, count);
      for (let tree = 0; tree < trees.roots.length; tree += TREES * outputs) {
        const end = Math.min(trees.roots.length, tree + TREES * outputs);
        for (let i = 0, to = from * outputs; i < count; i++) {
          for (let o = 0; o < outputs; o++, to++) walk(trees, codesOf[i], tree + o, end, outputs, out, to);
        }
      }
      quantizer.clear();
    }
  };
}

/** Adds a row's leaves in every `stride`th tree from `first` to before `end` to `sums[at]`. */
function walk(
  { nodes, values, roots, heights }: LinkedForest,
  codes: Int32Array,
  first: number,
  end: number,
  stride: number,
  sums: Float64Array,
  at: number,
): void {
  let sum = sums[at];
  for (let tree = first; tree < end; tree += TOGETHER * stride) {
    const second = tree + stride;
    const third = second + stride;
    const fourth = third + stride;
    let a = roots[tree];
    let b = roots[second];
    let c = roots[third];
    let d = roots[fourth];
    // A walk that has met its leaf stays there.
    const steps = Math.max(heights[tree], heights[second], heights[third], heights[fourth]);
    for (let step = 0; step < steps; step++) {
      let word = nodes[a];
      a = nodes[a + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[b];
      b = nodes[b + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[c];
      c = nodes[c + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[d];
      d = nodes[d + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
    }
    sum += values[a >> 1];
    sum += values[b >> 1];
    sum += values[c >> 1];
    sum += values[d >> 1];
  }
  sums[at] = sum;
}
