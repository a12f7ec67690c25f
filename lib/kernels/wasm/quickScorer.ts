import type { Kernel } from '../../wasm.js';
import type { Forest, Shape } from '../forest/index.js';
import type { Coding, Questions } from '../quantize/index.js';
import type { Arena } from './arena.js';
import { type AskedWalk, askable, askRow } from './ask.js';
import { type Masks, masksOf, type Shut, shutBy } from './masks.js';

/** A mask of a tree has a bit for each leaf. */
const MOST_LEAVES = 32;
/** So many columns' masks of one tree take about as long to combine as a step of a walk. */
const A_STEP = 8;

/** Which leaves of lopsided trees numbers leave open. */
export interface OpenLeaves extends Masks {
  /** {@link MOST_LEAVES} a tree. */
  readonly values: Float64Array;
}

/** @returns undefined where trees have too many leaves, or masks would take too much room or time */
export function openLeaves(
  { roots, feature, left, right, value }: Forest,
  questions: Questions,
  { depth, trees, steps, isShared }: Shape,
): OpenLeaves | undefined {
  if (depth >= MOST_LEAVES || isShared) return undefined;
  const shut = new Map<number, Shut[]>();
  const values = new Float64Array(MOST_LEAVES * trees);
  /** Gives leaves numbers from `from` on; returns the next one. */
  const visit = (node: number, tree: number, from: number): number => {
    if (from >= MOST_LEAVES) return Number.POSITIVE_INFINITY;
    if (feature[node] === -1) {
      values[MOST_LEAVES * tree + from] = value[node];
      return from + 1;
    }
    const middle = visit(left[node], tree, from);
    const end = visit(right[node], tree, middle);
    if (end <= MOST_LEAVES) shutBy(shut, questions.places[node], tree, (2 ** middle - 2 ** from) | 0);
    return end;
  };
  for (let tree = 0; tree < trees; tree++) {
    if (visit(roots[tree], tree, 0) > MOST_LEAVES) return undefined;
  }
  const isWorth = (columns: number, width: number) => columns * width <= A_STEP * steps;
  const masks = masksOf(questions, shut, trees, (length) => new Int32Array(length), isWorth);
  return masks && { ...masks, values };
}

/** How a row goes through lopsided trees, without a walk, once it was asked everything; undefined where it can't. */
export function openWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
): ((kernel: Kernel) => AskedWalk) | undefined {
  const questions = askable(arena, forest, coding, shape);
  const leaves = questions && openLeaves(forest, questions, shape);
  if (!leaves) return undefined;
  const { asking, pointersAt, pointersEnd } = askRow(arena, questions, coding, widths, leaves);
  const valuesAt = arena.put(leaves.values);
  const bytes = leaves.masks.BYTES_PER_ELEMENT * leaves.width;
  const openAt = arena.room(bytes);
  const { trees } = shape;
  const { outputs } = forest;
  return (kernel) => {
    const ask = asking(kernel);
    const [combine, open] = ['combine', 'open'].map(kernel.run);
    return {
      ask(blocks, row) {
        ask(blocks, row);
        combine(pointersAt, pointersEnd, bytes, openAt);
      },
      add: (output, sum) => open(openAt, output, trees, outputs, valuesAt, sum),
    };
  };
}
