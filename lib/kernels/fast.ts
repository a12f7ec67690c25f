import type { Block } from '../blocks/index.js';
import { tryKernel } from '../wasm.js';
import { Coder } from './coder.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { CODE_SHIFT, LANES, padded } from './padded.js';
import { type CodePlan, writeRank } from './ranks.js';
import { treesKernel } from './trees.wasm.js';

/** Rows whose codes are at hand at a time: a tree is walked by all of them while it is in the cache. */
const TOGETHER = 64;
/** How far apart slots are: codes of `LANES` rows. */
const SLOT_BYTES = 4 * LANES;
/** Bytes of what the kernel has to know of a column. */
const RECORD = 20;

/**
 * The flat kernel (flat.ts) in WebAssembly.
 *
 * @returns undefined where there is no WebAssembly
 */
export function fastKernel(
  forest: Forest,
  coding: Coding,
  depth: number,
  widths: readonly number[],
): ((blocks: readonly Block[], out: Float64Array) => void) | undefined {
  const trees = padded(forest, coding, depth, SLOT_BYTES);
  const { columns, thresholds, slots } = coding;
  const group = slots * LANES;
  let bytes = 0;
  const room = (size: number) => {
    const at = bytes;
    bytes += 8 * Math.ceil(size / 8);
    return at;
  };
  // The kernel expects them at 0.
  room((group * 4 * TOGETHER) / LANES);
  const numbersAt = room(columns.length * SLOT_BYTES);
  const recordsAt = room(columns.length * RECORD);
  const thresholdsAt = room(thresholds.byteLength);
  const sumsAt = room(8 * TOGETHER);
  const wordsAt = room(trees.words.byteLength);
  const leavesAt = room(trees.leaves.byteLength);
  const kernel = tryKernel(treesKernel, bytes);
  if (!kernel) return undefined;
  const { memory } = kernel;
  const [rank, ranks, walkRows, walkTrees] = ['rank', 'ranks', 'rows', 'trees'].map(kernel.run);
  new Int32Array(memory, recordsAt, (columns.length * RECORD) / 4).set(recordsOf(coding, thresholdsAt));
  new Float32Array(memory, thresholdsAt, thresholds.length).set(thresholds);
  new Int32Array(memory, wordsAt, trees.words.length).set(trees.words);
  new Float64Array(memory, leavesAt, trees.leaves.length).set(trees.leaves);
  const numbers = new Float32Array(memory, numbersAt, columns.length * LANES);
  const sums = new Float64Array(memory, sumsAt, TOGETHER);
  const plan: CodePlan = {
    codes: new Int32Array(memory, 0, (group * TOGETHER) / LANES),
    step: LANES,
    lane: 1,
    shift: CODE_SHIFT,
  };
  const coder = new Coder(coding, widths, plan, numbers, (begin, end, rows, at) => {
    const record = recordsAt + RECORD * begin;
    if (rows === 1) {
      // One row is always at 0. The kernel takes four columns at a time.
      const most = begin + 4 * ((end - begin) >> 2);
      rank(record, recordsAt + RECORD * most, numbersAt);
      for (let c = most; c < end; c++) writeRank(coding, c, numbers[LANES * (c - begin)], plan, at);
      return;
    }
    for (let i = 0; i < rows; i += 4) {
      ranks(record, recordsAt + RECORD * end, numbersAt + 4 * i, 4 * (at + i));
    }
  });
  const { outputs, base } = forest;
  const first = 4 * trees.trees;
  const last = first * 2 ** depth;
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    coder.begin(blocks);
    let row = 0;
    while (row + LANES <= rows) {
      const groups = Math.trunc(Math.min(TOGETHER, rows - row) / LANES);
      const count = groups * LANES;
      const sumsEnd = sumsAt + 8 * count;
      for (let g = 0; g < groups; g++) coder.write(blocks, row + g * LANES, LANES, g * group);
      for (let o = 0; o < outputs; o++) {
        sums.fill(base[o]);
        walkRows(o, trees.trees, outputs, wordsAt, first, last, leavesAt, 4 * group, sumsAt, sumsEnd);
        for (let i = 0, to = row * outputs + o; i < count; i++, to += outputs) out[to] = sums[i];
      }
      for (let g = 0; g < groups; g++) coder.clear(blocks, row + g * LANES, LANES, g * group);
      row += count;
    }
    for (; row < rows; row++) {
      coder.write(blocks, row, 1, 0);
      for (let o = 0; o < outputs; o++) {
        const sum = walkTrees(o, trees.trees, outputs, wordsAt, first, last, leavesAt, base[o]);
        out[row * outputs + o] = sum;
      }
      coder.clear(blocks, row, 1, 0);
    }
  };
}

function recordsOf({ begin, half, count, last, first }: Coding, thresholdsAt: number): number[] {
  return [...begin.keys()].flatMap((c) => [
    thresholdsAt + 4 * begin[c] - 4,
    4 * half[c],
    (count[c] + 1) << CODE_SHIFT,
    SLOT_BYTES * last[c],
    SLOT_BYTES * first[c],
  ]);
}
