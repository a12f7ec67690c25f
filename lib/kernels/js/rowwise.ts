import { areDense, type Block } from '../../blocks/index.js';
import type { Forest } from '../forest/index.js';
import { Coder, type Coding, LANES, type Questions, togetherTrees } from '../quantize/index.js';
import { Asking } from './rowPredicates.js';

/** Adds the leaves that a row with these codes meets in the trees from `tree` to before `end` to `sums[at]`. */
export type Walk = (codes: Int32Array, tree: number, end: number, sums: Float64Array, at: number) => void;

/** Rows whose codes are at hand at a time: trees are walked by all of them while they are in the cache. */
const TOGETHER = 64;

/** Adds the leaves of rows `first`, 0 where it isn't said, to the last. */
export type AddRows = (blocks: readonly Block[], out: Float64Array, first?: number) => void;

/**
 * Adds a forest's leaves row by row, so many trees at a time; every row's leaves are added in the reference's order, so that its
 * sums are the reference's bit for bit.
 *
 * @param chunk trees of each output that stay in the cache together
 * @param walk goes through trees that are {@link sideBySide}, with those that fill up the last ones of an output
 */
export function rowKernel(
  forest: Forest,
  coding: Coding,
  widths: readonly number[],
  chunk: number,
  walk: Walk,
  lanes = LANES,
): AddRows {
  const { outputs } = forest;
  const { slots } = coding;
  const each = togetherTrees(forest, lanes) / outputs;
  const codes = new Int32Array(slots * TOGETHER);
  const codesOf = Array.from({ length: TOGETHER }, (_, row) =>
    codes.subarray(row * slots, (row + 1) * slots),
  );
  const coder = new Coder(coding, widths, { codes, step: 1, lane: slots });
  return (blocks, out, first = 0) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    coder.begin(blocks);
    for (let from = first; from < rows; from += TOGETHER) {
      const count = Math.min(TOGETHER, rows - from);
      for (let i = 0, step = 1; i < count; i += step) {
        step = i + LANES <= count ? LANES : 1;
        coder.write(blocks, from + i, step, i * slots);
      }
      for (let tree = 0; tree < each; tree += chunk) {
        const end = Math.min(each, tree + chunk);
        for (let i = 0, to = from * outputs; i < count; i++) {
          for (let o = 0; o < outputs; o++, to++) {
            walk(codesOf[i], o * each + tree, o * each + end, out, to);
          }
        }
      }
      coder.clear();
    }
  };
}

/**
 * Adds a forest's leaves row by row, each row asked everything before it is walked.
 *
 * @param questions all that it asks
 * @param walk adds the leaves that the row which was asked last meets in an output's trees to `sums[at]`
 * @param coded does so for rows that can't be asked: of sparse blocks
 */
export function askedKernel(
  { outputs }: Forest,
  { columns }: Coding,
  questions: Questions,
  widths: readonly number[],
  walk: (output: number, sums: Float64Array, at: number) => void,
  coded: AddRows,
): AddRows {
  const asking = new Asking(questions, columns, widths);
  return (blocks, out, first = 0) => {
    if (!areDense(blocks)) {
      coded(blocks, out, first);
      return;
    }
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    for (let row = first, to = first * outputs; row < rows; row++) {
      asking.ask(blocks, row);
      for (let o = 0; o < outputs; o++, to++) walk(o, out, to);
    }
  };
}
