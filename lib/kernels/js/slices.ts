import type { Block } from '../../blocks/index.js';
import type { Forest, Shape } from '../forest/index.js';
import type { Coding } from '../quantize/index.js';
import { SLICE } from './bitslicePadded.js';
import { Answers } from './predicateMasks.js';

/** Fewer rows are walked one by one: asking them everything would take longer. */
const FEW_ROWS = 20;

/** Where more columns than so many for each step of a walk are asked, answering for them takes longer than walks. */
const COLUMNS_A_STEP = 4;

/** Whether asking 32 rows everything is worth their walks: not where most of what is asked is 0 in most rows. */
export function isSliceWorth({ columns }: Coding, { steps }: Shape): boolean {
  return columns.length <= COLUMNS_A_STEP * steps;
}

/** Adds the leaves that 32 rows meet, whose answers are known, to their sums: row `r`'s of output `o` is number `SLICE * o + r`. */
export type AddSlice = (words: Int32Array, sums: Float64Array) => void;

/**
 * Adds a forest's leaves 32 rows at a time, asked everything; the rest, if they are few, as a walk does it.
 *
 * @param trees how answers lead to leaves, where they are at such places of each node
 * @param few adds the leaves of rows `first` to the last
 */
export function sliceKernel(
  forest: Forest,
  coding: Coding,
  widths: readonly number[],
  trees: (places: Int32Array) => AddSlice,
  few: (blocks: readonly Block[], out: Float64Array, first: number) => void,
): (blocks: readonly Block[], out: Float64Array) => void {
  const { outputs } = forest;
  const answers = new Answers(forest, coding, widths);
  const known = trees(answers.known);
  const any = trees(answers.any);
  const sums = new Float64Array(SLICE * outputs);
  return (blocks, out) => {
    const all = blocks.length === 0 ? 0 : blocks[0].rows;
    const end = all % SLICE < FEW_ROWS ? all - (all % SLICE) : all;
    for (let from = 0; from < end; from += SLICE) {
      const rows = Math.min(SLICE, end - from);
      const add = answers.ask(blocks, from, rows) ? any : known;
      for (let i = 0, at = from * outputs; i < rows; i++) {
        for (let o = 0; o < outputs; o++) sums[o * SLICE + i] = out[at++];
      }
      add(answers.words, sums);
      for (let i = 0, at = from * outputs; i < rows; i++) {
        for (let o = 0; o < outputs; o++) out[at++] = sums[o * SLICE + i];
      }
    }
    if (end < all) few(blocks, out, end);
  };
}
