import { type Block, pickColumns } from '../../blocks/index.js';
import type { Kernel } from '../../wasm.js';
import type { Forest, Shape } from '../forest/index.js';
import { BLOCK, blockBounds, type Coding, type Questions, questionsOf } from '../quantize/index.js';
import type { Arena } from './arena.js';
import type { Masks } from './masks.js';

/**
 * Where trees.wat looks for words, two bytes each, for answers, one each, of which a word can name as many as there is room for, and for
 * the exits of trees, one byte each.
 */
export const WORDS = 0x8_0000;
export const ANSWERS = 0xa_0000;
export const EXITS = 0xb_0000;
const END = 0xc_0000;

/** So many questions for each step of a walk take as long as knowing their answers saves. */
const ASKED = 6;

/** One row of dense blocks, asked everything before it goes through trees. */
export interface AskedWalk {
  ask(blocks: readonly Block[], row: number): void;
  /** The sum of what the row meets in the output's trees, on top of another. */
  add(output: number, sum: number): number;
}

/** All questions of a forest; undefined where there are too many, or some that aren't of a number and a threshold, or no room where answers lie. */
export function askable(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  { steps }: Shape,
): Questions | undefined {
  if (arena.bytes > WORDS || coding.thresholds.length > EXITS - ANSWERS) return undefined;
  const questions = questionsOf(forest, coding);
  if (questions === undefined) return undefined;
  const count = questions.thresholds.length;
  // A column may write as many zeros as three blocks have beyond its own answers.
  return count > ASKED * steps || count + 3 * BLOCK >= EXITS - ANSWERS ? undefined : questions;
}

/** How a row is asked in WebAssembly, and where the addresses are then of the masks that its numbers have. */
export interface RowAsking {
  readonly asking: (kernel: Kernel) => AskedWalk['ask'];
  readonly pointersAt: number;
  readonly pointersEnd: number;
}

/** @param questions those that are {@link askable} */
export function askRow(
  arena: Arena,
  { thresholds, missingLeft, runs }: Questions,
  { columns }: Coding,
  widths: readonly number[],
  masks: Masks | undefined,
): RowAsking {
  arena.room(END - arena.bytes);
  const numbersAt = arena.room(4 * columns.length);
  const thresholdsAt = arena.put(thresholds);
  const missingAt = arena.put(missingLeft.map((left) => 2 - 2 * left));
  const masksAt = arena.put(masks?.masks ?? new Uint8Array());
  const pointersAt = arena.room(4 * columns.length);
  let pointersEnd = pointersAt;
  let most = 0;
  let from = 0;
  const records = runs.flatMap(({ column, end }, c) => {
    const blocks = (end - from) / BLOCK;
    const lasts = new Float32Array(BLOCK * Math.ceil(blocks / BLOCK)).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < blocks; i++) lasts[i] = thresholds[from + BLOCK * (i + 1) - 1];
    const lastsAt = arena.put(lasts);
    const record = [numbersAt + 4 * column, thresholdsAt + 4 * from, lastsAt, lastsAt + lasts.byteLength];
    record.push(ANSWERS + end, missingAt + from);
    const rows = masks?.rows[c];
    if (masks && rows) {
      const size = masks.masks.BYTES_PER_ELEMENT * masks.width;
      // The first one is that of missing numbers.
      record.push(4 + arena.put(rows.map((row) => masksAt + size * row)), pointersEnd);
      pointersEnd += 4;
    } else record.push(0, 0);
    most = Math.max(most, end - from);
    from = end;
    return record;
  });
  const stepsAt = most + arena.put(new Uint8Array(2 * most + 4 * BLOCK).fill(2, 0, most));
  const recordsAt = arena.put(Int32Array.from(records));
  const recordsEnd = recordsAt + 4 * records.length;
  const { firsts, bounds } = blockBounds(columns, widths);
  const asking = (kernel: Kernel): AskedWalk['ask'] => {
    const ask = kernel.run('ask');
    const numbers = new Float32Array(kernel.memory, numbersAt, columns.length);
    return (blocks, row) => {
      for (let b = 0; b < blocks.length; b++) {
        const block = blocks[b];
        if (block.kind === 'sparse') continue;
        pickColumns(block, row, columns, bounds[b], bounds[b + 1], firsts[b], numbers, bounds[b], 1);
      }
      ask(recordsAt, recordsEnd, ANSWERS, stepsAt);
    };
  };
  return { asking, pointersAt, pointersEnd };
}
