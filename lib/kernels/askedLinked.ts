import { ANSWERS, LEFTWARD, questionsToAsk } from './asking.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { linked } from './links.js';
import { LANES, togetherTrees } from './padded.js';
import { type AddRows, askedKernel } from './rowwise.js';
import { heights, type Shape } from './shape.js';

/** How far on a left child is: no further than 16 bits tell. */
const FAR = 2 ** 16;

/** Those of the row that was asked last. */
const answered = ANSWERS;

/** Trees whose nodes name questions: each output's side by side, and those of one height together, so that few steps are for nothing. */
interface AskedLinks {
  /** A question below, and above how far on the left child is, which the right one follows; a leaf is left to itself. */
  readonly nodes: Int32Array;
  /** Of each node; 0 but at leaves. */
  readonly values: Float64Array;
  readonly roots: Int32Array;
  /** Which of its output's trees each is. */
  readonly order: Int32Array;
  /** How many steps each has, or one beside it. */
  readonly steps: Int32Array;
}

/**
 * Adds a forest's leaves row by row in plain code, each row asked everything before it is walked, through trees as they are.
 *
 * @param coded does so where there is too much to ask, or what isn't of a number and a threshold; or where trees are too wide
 */
export function askedLinkedKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
  coded: AddRows,
): AddRows {
  const questions = questionsToAsk(forest, coding, shape);
  const links = questions && linksOf(forest, questions.places);
  if (!links) return coded;
  const each = togetherTrees(forest) / forest.outputs;
  const met = new Float64Array(each);
  const add = (output: number, sums: Float64Array, at: number) => {
    walk(links, output * each, (output + 1) * each, met);
    let sum = sums[at];
    for (let tree = 0; tree < each; tree++) sum += met[tree];
    sums[at] = sum;
  };
  return askedKernel(forest, coding, questions, widths, add, coded);
}

function linksOf(forest: Forest, places: Int32Array): AskedLinks | undefined {
  const trees = linked(forest, { at: 0, node: 1, left: LEFTWARD, word: (node) => places[node] });
  if (!trees) return undefined;
  const { values } = trees;
  const nodes = values.map((_, node) => trees.nodes[2 * node + 1] - node);
  if (nodes.some((far) => far >= FAR)) return undefined;
  const { roots, outputs } = forest;
  const height = heights(forest);
  const heightOf = (tree: number) => height[roots[tree]] ?? 0;
  const each = trees.roots.length / outputs;
  const walked = Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: each }, (_, i) => i * outputs + output).sort((a, b) => heightOf(b) - heightOf(a)),
  ).flat();
  return {
    nodes: Int32Array.from(nodes, (far, node) => (far << 16) | trees.nodes[2 * node]),
    values,
    roots: Int32Array.from(walked, (tree) => trees.roots[tree]),
    order: Int32Array.from(walked, (tree) => Math.trunc(tree / outputs)),
    // The first one of those that are walked together is the highest.
    steps: Int32Array.from(walked, (_, i) => heightOf(walked[i - (i % LANES)])),
  };
}

/**
 * Writes the leaf that the row meets in each tree to that tree's place. As in flat.ts, two steps of a tree at a time: leaves take any number.
 */
function walk(
  { nodes, values, roots, order, steps }: AskedLinks,
  first: number,
  end: number,
  met: Float64Array,
): void {
  const answers = answered;
  let node = 0;
  for (let tree = first; tree < end; tree += LANES) {
    let a = roots[tree];
    let b = roots[tree + 1];
    let c = roots[tree + 2];
    let d = roots[tree + 3];
    let e = roots[tree + 4];
    let f = roots[tree + 5];
    let g = roots[tree + 6];
    let h = roots[tree + 7];
    for (let left = steps[tree]; left > 0; left -= 2) {
      node = nodes[a];
      a = (a + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[a];
      a = (a + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[b];
      b = (b + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[b];
      b = (b + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[c];
      c = (c + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[c];
      c = (c + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[d];
      d = (d + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[d];
      d = (d + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[e];
      e = (e + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[e];
      e = (e + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[f];
      f = (f + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[f];
      f = (f + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[g];
      g = (g + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[g];
      g = (g + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[h];
      h = (h + (node >>> 16) + answers[node & 0xffff]) | 0;
      node = nodes[h];
      h = (h + (node >>> 16) + answers[node & 0xffff]) | 0;
    }
    met[order[tree]] = values[a];
    met[order[tree + 1]] = values[b];
    met[order[tree + 2]] = values[c];
    met[order[tree + 3]] = values[d];
    met[order[tree + 4]] = values[e];
    met[order[tree + 5]] = values[f];
    met[order[tree + 6]] = values[g];
    met[order[tree + 7]] = values[h];
  }
}
