import { type Block, type DenseBlock, pickColumns } from '../blocks/index.js';
import { tryKernel } from '../wasm.js';
import { Arena } from './arena.js';
import { blockBounds, type Coding, codingOf } from './coding.js';
import type { Forest } from './forest.js';
import { fitsWords, LANES } from './padded.js';
import type { Pass } from './passes.js';
import { writeSetCodes } from './ranks.js';
import { RECORD_BYTES, recordsOf } from './records.js';
import { shapeOf } from './shape.js';
import { treesKernel } from './trees.wasm.js';
import { SLOT_BYTES, wideWalk } from './walks.js';
import { isWideWorth, WIDE } from './wide.js';

/** Bytes of codes that one batch of rows may take. */
const MOST_BYTES = 2 ** 28;

/** Columns that follow each other in one block, among those of a coding, and their slots. */
interface Run {
  readonly block: number;
  readonly begin: number;
  readonly end: number;
  readonly slot: number;
  readonly slotEnd: number;
}

/** The codes of rows, 64 of them side by side a slot; of slots whose columns were coded. */
interface Kept {
  readonly blocks: readonly DenseBlock[];
  /** Which rows of the blocks; undefined for all. */
  readonly rows: Int32Array | undefined;
  readonly count: number;
  readonly codes: Uint8Array;
  readonly isCoded: Uint8Array;
}

/**
 * Passes over codes that are bytes, by the kernel that asks 64 rows at once. A column is coded when a tree first asks about it, for the rows
 * that are left by then.
 *
 * @returns undefined where there is no such kernel; what it returns does so for rows that aren't dense, or too many
 */
export function keptCodes(
  forest: Forest,
  widths: readonly number[],
): ((blocks: readonly Block[]) => Pass | undefined) | undefined {
  const coding = codingOf(forest);
  const { slots, columns, thresholds, setCount } = coding;
  if (forest.outputs !== 1 || !fitsWords(coding, SLOT_BYTES) || !isWideWorth(shapeOf(forest)))
    return undefined;
  const arena = new Arena();
  // The kernel expects codes at 0.
  arena.room(SLOT_BYTES * slots * (WIDE / LANES));
  const numbersAt = arena.room(SLOT_BYTES * columns.length);
  const thresholdsAt = arena.put(thresholds);
  const recordsAt = arena.put(recordsOf(coding, thresholdsAt));
  const sumsAt = arena.room(8 * WIDE);
  const walk = wideWalk(arena, forest, coding, sumsAt);
  const kernel = walk && tryKernel(treesKernel, arena.bytes);
  if (!walk || !kernel) return undefined;
  arena.fill(kernel.memory);
  const { narrow, add, codes: group } = walk(kernel);
  const ranks = kernel.run('ranks');
  const numbers = new Float32Array(kernel.memory, numbersAt, LANES * columns.length);
  const few = new Float64Array(kernel.memory, sumsAt, WIDE);
  const words = new Int32Array(kernel.memory, 0, WIDE * slots);
  const plan = { codes: words, step: LANES, lane: 1 };
  const { firsts, bounds } = blockBounds(columns, widths);
  const asks = columnsByTree(forest, coding);

  const code = ({ blocks, rows, count, codes }: Kept, run: Run): void => {
    const record = recordsAt + RECORD_BYTES * run.begin;
    const recordEnd = recordsAt + RECORD_BYTES * run.end;
    const block = blocks[run.block];
    const first = firsts[run.block];
    for (let at = 0; at < count; at += WIDE) {
      for (let lane = 0; lane < WIDE && at + lane < count; lane += LANES) {
        for (let i = 0; i < LANES; i++) {
          // What lies beyond the last row is coded, and never looked at.
          const place = Math.min(at + lane + i, count - 1);
          const row = rows === undefined ? place : rows[place];
          pickColumns(block, row, columns, run.begin, run.end, first, numbers, i, LANES);
        }
        const to = lane * slots;
        ranks(record, recordEnd, numbersAt, 4 * to);
        ranks(record, recordEnd, numbersAt + 16, 4 * (to + 4));
        for (let c = run.begin; c < run.end; c++) {
          if (setCount[c] === 0) continue;
          for (let i = 0; i < LANES; i++) {
            writeSetCodes(coding, c, numbers[LANES * (c - run.begin) + i], plan, to + i);
          }
        }
      }
      narrow();
      codes.set(group.subarray(WIDE * run.slot, WIDE * run.slotEnd), at * slots + WIDE * run.slot);
    }
  };

  const pass = (kept: Kept): Pass => ({
    add(sums, from, to) {
      for (const run of runsOf(coding, bounds, needed(asks, kept.isCoded, from, to))) code(kept, run);
      for (let at = 0; at < kept.count; at += WIDE) {
        const end = Math.min(at + WIDE, kept.count);
        group.set(kept.codes.subarray(at * slots, (at + WIDE) * slots));
        few.set(sums.subarray(at, end));
        add(from, 1, to);
        sums.set(few.subarray(0, end - at), at);
      }
    },
    only: (places) => pass(some(coding, kept, places)),
  });

  return (blocks) => {
    const count = blocks.length === 0 ? 0 : blocks[0].rows;
    const dense = blocks.filter((block): block is DenseBlock => block.kind === 'dense');
    const bytes = WIDE * Math.ceil(count / WIDE) * slots;
    if (dense.length < blocks.length || bytes > MOST_BYTES) return undefined;
    const codes = new Uint8Array(bytes);
    return pass({ blocks: dense, rows: undefined, count, codes, isCoded: new Uint8Array(columns.length) });
  };
}

/** Which columns, by their places in the coding, each tree asks about. */
function columnsByTree({ roots, feature, left, right }: Forest, { columns }: Coding): number[][] {
  const places = new Map(Array.from(columns, (column, c) => [column, c]));
  return Array.from(roots, (root) => {
    const asked = new Set<number>();
    const nodes = [root];
    for (const node of nodes) {
      const place = places.get(feature[node]);
      if (place === undefined) continue;
      asked.add(place);
      nodes.push(left[node], right[node]);
    }
    return [...asked];
  });
}

/** Columns that these trees ask about and that aren't coded, ascending; from now on they are. */
function needed(asks: readonly number[][], isCoded: Uint8Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let tree = from; tree < to; tree++) {
    for (const c of asks[tree]) {
      if (isCoded[c] === 1) continue;
      isCoded[c] = 1;
      found.push(c);
    }
  }
  return found.sort((a, b) => a - b);
}

function runsOf(coding: Coding, bounds: readonly number[], columns: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const c of columns) {
    const block = bounds.findLastIndex((bound) => bound <= c);
    const before = runs.at(-1);
    const { slot, slotEnd } = slotsOf(coding, c);
    if (before !== undefined && before.block === block && before.end === c) {
      runs[runs.length - 1] = { ...before, end: c + 1, slotEnd };
    } else runs.push({ block, begin: c, end: c + 1, slot, slotEnd });
  }
  return runs;
}

/** A column's slots follow each other, and then come those of the next column. */
function slotsOf({ last, first, setSlot, setCount }: Coding, c: number): { slot: number; slotEnd: number } {
  const slotEnd = setSlot[c] + setCount[c];
  return { slot: slotEnd - setCount[c] - Number(last[c] > 0) - Number(first[c] > 0), slotEnd };
}

function some(coding: Coding, { blocks, rows, codes, isCoded }: Kept, places: Int32Array): Kept {
  const { slots, columns } = coding;
  const count = places.length;
  const size = WIDE * slots;
  const taken = new Uint8Array(size * Math.ceil(count / WIDE));
  for (let c = 0; c < columns.length; c++) {
    if (isCoded[c] === 0) continue;
    const { slot, slotEnd } = slotsOf(coding, c);
    for (let s = slot; s < slotEnd; s++) {
      for (let i = 0; i < count; i++) {
        const place = places[i];
        taken[(i >> 6) * size + WIDE * s + (i & 63)] = codes[(place >> 6) * size + WIDE * s + (place & 63)];
      }
    }
  }
  return {
    blocks,
    rows: rows === undefined ? places : places.map((place) => rows[place]),
    count,
    codes: taken,
    isCoded: isCoded.slice(),
  };
}
