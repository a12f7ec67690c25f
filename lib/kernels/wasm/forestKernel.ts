import { areDense, type Block } from '../../blocks/index.js';
import { tryKernel } from '../../wasm.js';
import type { Forest, Shape } from '../forest/index.js';
import {
  CODE_SHIFT,
  CODING_RECORD,
  Coder,
  type Coding,
  fitsPadded,
  fitsWords,
  LANES,
  writeRank,
} from '../quantize/index.js';
import { Arena } from './arena.js';
import { askedWalk } from './asked.js';
import { openWalk } from './quickScorer.js';
import { treesKernel } from './trees.wasm.js';
import { linkedWalk, paddedWalks, SLOT_BYTES, wideWalk } from './walks.js';
import { isWideWorth, WIDE } from './wide.js';

/** Bytes of what the kernel has to know of a column. */
const RECORD = 20;
/** From so many rows on it is quicker to ask 64 of them at once. */
const WIDE_ROWS = 40;
/** Addresses must not be negative. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/**
 * Adds a forest's leaves in WebAssembly: one row through eight trees at a time, eight rows through one tree, or 64 rows through all
 * nodes of a tree, sixteen in a register. A row's leaves are added in the reference's order, so that its sums are the
 * reference's bit for bit.
 *
 * @param code of the kernel, where sums are to be other than doubles
 * @returns undefined where there is no WebAssembly, or no room for so many questions
 */
export function fastKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
  code = treesKernel,
): ((blocks: readonly Block[], out: Float64Array) => void) | undefined {
  const { columns, thresholds, slots } = coding;
  if (!fitsWords(coding, SLOT_BYTES)) return undefined;
  const arena = new Arena();
  // The kernel expects codes at 0.
  arena.room(4 * slots * WIDE);
  const numbersAt = arena.room(SLOT_BYTES * columns.length);
  const thresholdsAt = arena.put(thresholds);
  const recordsAt = arena.put(recordsOf(coding, thresholdsAt));
  const sumsAt = arena.room(8 * WIDE);
  // Before the other trees: its own have fixed places.
  const asking = (fitsPadded(shape) ? askedWalk : openWalk)(arena, forest, coding, shape, widths);
  const padded = fitsPadded(shape) ? paddedWalks(arena, forest, coding, shape.depth, sumsAt) : undefined;
  const row = padded?.row ?? linkedWalk(arena, forest, coding);
  const wide = isWideWorth(shape) ? wideWalk(arena, forest, coding, sumsAt) : undefined;
  const kernel = row && arena.bytes < MOST_BYTES ? tryKernel(code, arena.bytes) : undefined;
  if (!row || !kernel) return undefined;
  arena.fill(kernel.memory);
  const one = row(kernel);
  const asked = asking?.(kernel);
  const some = padded?.group(kernel);
  const all = wide?.(kernel);
  const [rank, ranks] = ['rank', 'ranks'].map(kernel.run);
  const numbers = new Float32Array(kernel.memory, numbersAt, columns.length * LANES);
  const sums = new Float64Array(kernel.memory, sumsAt, WIDE);
  const codes = new Int32Array(kernel.memory, 0, slots * WIDE);
  const plan = { codes, step: LANES, lane: 1 };
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
  const { outputs } = forest;
  const size = slots * LANES;
  const least = some ? LANES : WIDE_ROWS;

  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    coder.begin(blocks);
    let at = 0;
    while ((some || all) && at + least <= rows) {
      const groups = Math.trunc(Math.min(WIDE, rows - at) / LANES);
      const count = groups * LANES;
      const isWide = all && count >= WIDE_ROWS;
      for (let g = 0; g < groups; g++) coder.write(blocks, at + g * LANES, LANES, g * size);
      if (isWide) all.narrow();
      for (let o = 0; o < outputs; o++) {
        for (let i = 0, from = at * outputs + o; i < count; i++, from += outputs) sums[i] = out[from];
        if (isWide) all.add(o, outputs);
        else some?.(o, outputs, count);
        for (let i = 0, to = at * outputs + o; i < count; i++, to += outputs) out[to] = sums[i];
      }
      coder.clear();
      at += count;
    }
    const isAsked = asked !== undefined && areDense(blocks);
    const add = isAsked ? asked.add : (output: number, sum: number) => one(output, outputs, sum);
    for (; at < rows; at++) {
      if (isAsked) asked.ask(blocks, at);
      else coder.write(blocks, at, 1, 0);
      for (let o = 0, to = at * outputs; o < outputs; o++, to++) out[to] = add(o, out[to]);
      if (!isAsked) coder.clear();
    }
  };
}

/** Those of the coding in the kernel's units. */
function recordsOf({ columns, records }: Coding, thresholdsAt: number): Int32Array {
  return Int32Array.from(
    [...columns.keys()].flatMap((c) => {
      const [begin, half, missing, last, first] = records.subarray(CODING_RECORD * c);
      return [
        thresholdsAt + 4 * begin,
        4 * half,
        missing << CODE_SHIFT,
        SLOT_BYTES * last,
        SLOT_BYTES * first,
      ];
    }),
  );
}
