import type { Kernel } from '../../wasm.js';
import type { Forest, Shape } from '../forest/index.js';
import { type Coding, padded, sideBySide, togetherTrees } from '../quantize/index.js';
import type { Arena } from './arena.js';
import { ANSWERS, type AskedWalk, askable, askRow, EXITS, WORDS } from './ask.js';
import { exitsOf, MOST_TOP } from './topLevelMasks.js';

/** How a row goes through padded trees once it was asked all their questions: undefined where it can't. */
export function askedWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
): ((kernel: Kernel) => AskedWalk) | undefined {
  const { depth } = shape;
  if (2 * togetherTrees(forest) * 2 ** depth > ANSWERS - WORDS) return undefined;
  const questions = askable(arena, forest, coding, shape);
  if (questions === undefined) return undefined;
  const { thresholds, places } = questions;
  // After the last answer memory stays 0: leftward.
  const at = sideBySide(forest);
  const { trees, words, leaves } = padded(forest, depth, thresholds.length, (node) => places[node], at);
  const exits = exitsOf(forest, questions, Math.min(depth, MOST_TOP), trees, at);
  const { asking, pointersAt, pointersEnd } = askRow(arena, questions, coding, widths, exits);
  arena.set(WORDS, Uint16Array.from(words));
  // As many words come before a leaf's level as it has.
  const leavesAt = arena.put(leaves) - 8 * leaves.length;
  const each = trees / forest.outputs;
  const top = exits?.top ?? 0;
  const step = 2 * 2 ** top;
  return (kernel) => {
    const ask = asking(kernel);
    const [leave, asked] = ['exits', 'asked'].map(kernel.run);
    return {
      ask(blocks, row) {
        ask(blocks, row);
        if (exits) leave(pointersAt, pointersEnd, exits.width, EXITS);
      },
      add: (output, sum) =>
        asked(output * each, (output + 1) * each, step * trees, step, depth - top, leavesAt, sum),
    };
  };
}
