import type { Kernel } from '../wasm.js';
import type { Arena } from './arena.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { fitsPadded, padded, togetherTrees } from './padded.js';
import { questionsOf } from './questions.js';
import type { Shape } from './shape.js';
import { type RowWalk, SLOT_BYTES } from './walks.js';
import { fitsBytes } from './wide.js';

/** Where trees.wat looks for words, two bytes each, and for answers, one each; a word can name as many as there is room for. */
const WORDS = 0x8_0000;
const ANSWERS = 0xa_0000;
const END = 0xb_0000;

/** Asking sixteen nodes takes a little less time than two steps of a walk gain. */
const ASKED = 9;

/** How one row goes through padded trees once it was asked all their questions; undefined where there are too many. */
export function askedWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  shape: Shape,
): ((kernel: Kernel) => RowWalk) | undefined {
  const { depth, steps } = shape;
  if (!fitsPadded(shape) || !fitsBytes(coding)) return undefined;
  if (2 * togetherTrees(forest) * 2 ** depth > ANSWERS - WORDS) return undefined;
  const { limits, slots, places } = questionsOf(forest, coding);
  if (limits.length > ASKED * steps || limits.length >= END - ANSWERS) return undefined;
  // After the last answer memory stays 0: leftward.
  const { trees, words, leaves } = padded(forest, depth, limits.length, (node) => places[node]);
  arena.room(END - arena.bytes);
  arena.set(WORDS, Uint16Array.from(words));
  const limitsAt = arena.put(limits);
  const records = slots.flatMap(({ slot, end }) => [SLOT_BYTES * slot, limitsAt + end]);
  const recordsAt = arena.put(Int32Array.from(records));
  const recordsEnd = recordsAt + 4 * records.length;
  // As many words come before a leaf's level as it has.
  const leavesAt = arena.put(leaves) - 8 * leaves.length;
  return (kernel) => {
    const [ask, asked] = ['ask', 'asked'].map(kernel.run);
    return {
      begin: () => {
        ask(recordsAt, recordsEnd, limitsAt, ANSWERS - limitsAt);
      },
      add: (tree, stride, sum) => asked(2 * (trees + tree), 4 * trees, 2 * stride, depth, leavesAt, sum),
    };
  };
}
