import type { Kernel } from '../wasm.js';
import type { Arena } from './arena.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { linked } from './links.js';
import { fitsPadded, padded, togetherTrees } from './padded.js';
import { type Questions, questionsOf } from './questions.js';
import { heights, type Shape } from './shape.js';
import { type RowWalk, SLOT_BYTES } from './walks.js';
import { fitsBytes } from './wide.js';

/** Where trees.wat looks for words, for the children of linked nodes, and for answers, of which there is an end. */
const WORDS = 0x8_0000;
const CHILDREN = 0x9_0000;
const ANSWERS = 0xa_0000;
const END = 0xb_0000;

/** Asking sixteen nodes takes as long as what a step of a walk gains. */
const ASKED = 16;

/** Walks of one row that is asked everything first; undefined where there is too much to ask. */
export function askedWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  shape: Shape,
): ((kernel: Kernel) => RowWalk) | undefined {
  const trees = togetherTrees(forest);
  const isPadded = fitsPadded(shape);
  const words = isPadded ? trees * 2 ** shape.depth : forest.feature.length + 1;
  if (2 * words > (isPadded ? ANSWERS : CHILDREN) - WORDS || !fitsBytes(coding)) return undefined;
  const questions = questionsOf(forest, coding);
  const { limits } = questions;
  if (limits.length > ASKED * shape.steps || limits.length >= END - ANSWERS) return undefined;
  arena.room(END - arena.bytes);
  const limitsAt = arena.put(limits);
  const records = questions.slots.flatMap(({ slot, end }) => [SLOT_BYTES * slot, limitsAt + end]);
  const recordsAt = arena.put(Int32Array.from(records));
  const recordsEnd = recordsAt + 4 * records.length;
  const walk = isPadded
    ? paddedWalk(arena, forest, questions, shape.depth)
    : linkedWalk(arena, forest, questions);
  return (
    walk &&
    ((kernel) => {
      const ask = kernel.run('ask');
      return {
        begin: () => {
          ask(recordsAt, recordsEnd, limitsAt, ANSWERS - limitsAt);
        },
        add: walk(kernel),
      };
    })
  );
}

type Walk = (kernel: Kernel) => RowWalk['add'];

function paddedWalk(arena: Arena, forest: Forest, { limits, places }: Questions, depth: number): Walk {
  const { trees, words, leaves } = padded(forest, depth, limits.length, (node) => places[node]);
  arena.set(WORDS, Uint16Array.from(words));
  // A walk ends as many words after the first leaf's as there are before it.
  const leavesAt = arena.put(leaves) - 8 * leaves.length;
  return (kernel) => {
    const walk = kernel.run('asked');
    return (tree, stride, sum) => walk(2 * (trees + tree), 4 * trees, 2 * stride, depth, leavesAt, sum);
  };
}

function linkedWalk(arena: Arena, forest: Forest, { limits, places }: Questions): Walk | undefined {
  const trees = linked(forest, { at: 0, node: 2, left: limits.length, word: (node) => places[node] });
  if (!trees) return undefined;
  const { nodes, values, roots } = trees;
  arena.set(
    WORDS,
    Uint16Array.from(values, (_, node) => nodes[2 * node]),
  );
  arena.set(
    CHILDREN,
    Uint16Array.from(values, (_, node) => nodes[2 * node + 1]),
  );
  const valuesAt = arena.put(values);
  const rootsAt = arena.put(roots);
  const height = heights(forest);
  const heightsAt = arena.put(roots.map((_, tree) => height[forest.roots[tree]] ?? 0));
  return (kernel) => {
    const walk = kernel.run('askedLinks');
    return (tree, stride, sum) => walk(tree, roots.length, stride, rootsAt, heightsAt, valuesAt, sum);
  };
}
