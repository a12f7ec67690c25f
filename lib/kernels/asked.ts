import { type Block, pickColumns } from '../blocks/index.js';
import type { Kernel } from '../wasm.js';
import type { Arena } from './arena.js';
import { blockBounds, type Coding } from './coding.js';
import { exitsOf, MOST_TOP } from './exits.js';
import type { Forest } from './forest.js';
import { fitsPadded, padded, togetherTrees } from './padded.js';
import { BLOCK, questionsOf } from './questions.js';
import { sideBySide } from './rowwise.js';
import type { Shape } from './shape.js';

/**
 * Where trees.wat looks for words, two bytes each, for answers, one each, of which a word can name as many as there is room for, and for
 * the exits of trees, one byte each.
 */
const WORDS = 0x8_0000;
const ANSWERS = 0xa_0000;
const EXITS = 0xb_0000;
const END = 0xc_0000;

/** So many questions for each step of a walk take as long as knowing their answers saves. */
const ASKED = 6;

/** One row of dense blocks, asked everything before it is walked. */
export interface AskedWalk {
  ask(blocks: readonly Block[], row: number): void;
  /** The sum of what the row meets in the output's trees, on top of another. */
  add(output: number, sum: number): number;
}

/**
 * How a row goes through padded trees once it was asked all their questions; undefined where there are too many, or some that
 * aren't of a number and a threshold.
 */
export function askedWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
): ((kernel: Kernel) => AskedWalk) | undefined {
  const { depth, steps } = shape;
  if (!fitsPadded(shape)) return undefined;
  if (2 * togetherTrees(forest) * 2 ** depth > ANSWERS - WORDS) return undefined;
  if (arena.bytes > WORDS) return undefined;
  const questions = questionsOf(forest, coding);
  if (questions === undefined) return undefined;
  const { thresholds, missingLeft, runs, places } = questions;
  // A column may write as many zeros as three blocks have beyond its own answers.
  if (thresholds.length > ASKED * steps || thresholds.length + 3 * BLOCK >= EXITS - ANSWERS) return undefined;
  // After the last answer memory stays 0: leftward.
  const at = sideBySide(forest);
  const { trees, words, leaves } = padded(forest, depth, thresholds.length, (node) => places[node], at);
  const exits = exitsOf(forest, questions, Math.min(depth, MOST_TOP), trees, at);
  arena.room(END - arena.bytes);
  arena.set(WORDS, Uint16Array.from(words));
  const { columns } = coding;
  const numbersAt = arena.room(4 * columns.length);
  const thresholdsAt = arena.put(thresholds);
  const missingAt = arena.put(missingLeft.map((left) => 2 - 2 * left));
  const masksAt = arena.put(exits?.masks ?? new Uint8Array());
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
    const rows = exits?.rows[c];
    if (exits && rows) {
      // The first one is that of missing numbers.
      record.push(4 + arena.put(rows.map((row) => masksAt + exits.width * row)), pointersEnd);
      pointersEnd += 4;
    } else record.push(0, 0);
    most = Math.max(most, end - from);
    from = end;
    return record;
  });
  const stepsAt = most + arena.put(new Uint8Array(2 * most + 4 * BLOCK).fill(2, 0, most));
  const recordsAt = arena.put(Int32Array.from(records));
  const recordsEnd = recordsAt + 4 * records.length;
  // As many words come before a leaf's level as it has.
  const leavesAt = arena.put(leaves) - 8 * leaves.length;
  const { firsts, bounds } = blockBounds(columns, widths);
  const each = trees / forest.outputs;
  const top = exits?.top ?? 0;
  const step = 2 * 2 ** top;
  return (kernel) => {
    const [ask, leave, asked] = ['ask', 'exits', 'asked'].map(kernel.run);
    const numbers = new Float32Array(kernel.memory, numbersAt, columns.length);
    return {
      ask(blocks, row) {
        for (let b = 0; b < blocks.length; b++) {
          const block = blocks[b];
          if (block.kind === 'sparse') continue;
          pickColumns(block, row, columns, bounds[b], bounds[b + 1], firsts[b], numbers, bounds[b], 1);
        }
        ask(recordsAt, recordsEnd, ANSWERS, stepsAt);
        if (exits) leave(pointersAt, pointersEnd, exits.width, EXITS);
      },
      add: (output, sum) =>
        asked(output * each, (output + 1) * each, step * trees, step, depth - top, leavesAt, sum),
    };
  };
}
