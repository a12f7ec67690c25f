import { type Forest, heights, type Shape } from '../forest/index.js';
import { type Coding, LEFT, type LinkedForest, linked, sideBySide, wordOf } from '../quantize/index.js';
import { addReached, answered, reached } from './bitsliceUnbalanced.js';
import { askedLinkedKernel } from './rowUnbalanced.js';
import { type AddRows, rowKernel } from './rowwise.js';
import { type AddSlice, isSliceWorth, sliceKernel } from './slices.js';

/** Asking 32 rows everything is worth their walks where trees have no more nodes than so many for each step of a walk. */
const SLICED_NODES = 8;

/** Trees of an output that stay in the cache together. */
const CHUNK = 32;

/**
 * Runs trees that are too deep or too lopsided to be padded in plain code: one row that can't be asked through four trees at a time, for as
 * many steps as the deepest of them has.
 *
 * @returns undefined where nodes share children
 */
export function linkedKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
): AddRows | undefined {
  const trees = linked(forest, { at: 0, node: 2, left: LEFT, word: (node) => wordOf(coding, node, 1) });
  if (!trees) return undefined;
  const height = heights(forest);
  const at = sideBySide(forest);
  const [roots, steps] = [trees.roots.slice(), new Int32Array(trees.roots.length)];
  trees.roots.forEach((root, tree) => {
    roots[at(tree)] = root;
    steps[at(tree)] = height[forest.roots[tree]] ?? 0;
  });
  const walked = { ...trees, roots, steps };
  const coded = rowKernel(forest, coding, widths, CHUNK, (codes, tree, end, sums, at) =>
    walk(walked, codes, tree, end, sums, at),
  );
  return lopsidedKernel(forest, coding, shape, widths, coded);
}

/**
 * Trees that needn't be padded in plain code: 32 rows at a time, asked everything; a few one by one, asked everything first where that pays.
 *
 * @param one adds the leaves of rows one by one where it doesn't
 */
export function lopsidedKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
  one: AddRows,
): AddRows {
  const few = askedLinkedKernel(forest, coding, shape, widths, one);
  const isFew = !shape.isShared && shape.nodes <= SLICED_NODES * shape.steps;
  const isWorth = isFew && isSliceWorth(coding, shape);
  const lopsided = isWorth ? reached(forest) : undefined;
  if (!lopsided) return few;
  const slices = (places: Int32Array): AddSlice => {
    const own = answered(lopsided, places);
    return (words, sums) => addReached(own, words, sums);
  };
  return sliceKernel(forest, coding, widths, slices, few);
}

/** Linked trees, and how many steps each of them has. */
interface Walked extends LinkedForest {
  readonly steps: Int32Array;
}

function walk(
  { nodes, values, roots, steps }: Walked,
  codes: Int32Array,
  first: number,
  end: number,
  sums: Float64Array,
  at: number,
): void {
  let sum = sums[at];
  for (let tree = first; tree < end; tree += 4) {
    let a = roots[tree];
    let b = roots[tree + 1];
    let c = roots[tree + 2];
    let d = roots[tree + 3];
    const most = Math.max(steps[tree], steps[tree + 1], steps[tree + 2], steps[tree + 3]);
    for (let step = 0; step < most; step++) {
      let word = nodes[a];
      a = nodes[a + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[b];
      b = nodes[b + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[c];
      c = nodes[c + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[d];
      d = nodes[d + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
    }
    sum += values[a >> 1];
    sum += values[b >> 1];
    sum += values[c >> 1];
    sum += values[d >> 1];
  }
  sums[at] = sum;
}
