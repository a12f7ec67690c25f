import type { Forest, Shape } from '../forest/index.js';
import { type Coding, padded, ROW_LANES, sideBySide, togetherTrees } from '../quantize/index.js';
import { ANSWERS, LEFTWARD, questionsToAsk } from './rowPredicates.js';
import { type AddRows, askedKernel } from './rowwise.js';

/** Those of the row that was asked last. */
const answered = ANSWERS;

/** Trees whose words name questions: see `PaddedForest`. */
interface AskedForest {
  readonly trees: number;
  readonly depth: number;
  readonly words: Uint16Array;
  readonly leaves: Float64Array;
}

/**
 * Adds a forest's leaves row by row in plain code, each row asked everything before it is walked: a step is two loads and a sum.
 *
 * @param coded does so where there is too much to ask, or what isn't of a number and a threshold
 */
export function askedFlatKernel(
  forest: Forest,
  coding: Coding,
  shape: Shape,
  widths: readonly number[],
  coded: AddRows,
): AddRows {
  const questions = questionsToAsk(forest, coding, shape);
  if (questions === undefined) return coded;
  const { places } = questions;
  const { words, ...trees } = padded(
    forest,
    shape.depth,
    LEFTWARD,
    (node) => places[node],
    sideBySide(forest, ROW_LANES),
    ROW_LANES,
  );
  const asked: AskedForest = { ...trees, words: Uint16Array.from(words) };
  const each = togetherTrees(forest, ROW_LANES) / forest.outputs;
  const add = (output: number, sums: Float64Array, at: number) =>
    walk(asked, output * each, (output + 1) * each, sums, at);
  return askedKernel(forest, coding, questions, widths, add, coded);
}

/** As in flat.ts, but for the step, which is written out: V8 puts no more than some twenty calls in place. */
function walk(
  { trees, depth, words, leaves }: AskedForest,
  first: number,
  end: number,
  sums: Float64Array,
  at: number,
): void {
  const answers = answered;
  const last = trees << depth;
  let sum = sums[at];
  for (let tree = first; tree < end; tree += ROW_LANES) {
    let a = (trees + tree) | 0;
    let b = (a + 1) | 0;
    let c = (b + 1) | 0;
    let d = (c + 1) | 0;
    let e = (d + 1) | 0;
    let f = (e + 1) | 0;
    let g = (f + 1) | 0;
    let h = (g + 1) | 0;
    let i = (h + 1) | 0;
    let j = (i + 1) | 0;
    let left = depth;
    for (; left > 1; left -= 2) {
      a = ((a << 1) + answers[words[a]]) | 0;
      a = ((a << 1) + answers[words[a]]) | 0;
      b = ((b << 1) + answers[words[b]]) | 0;
      b = ((b << 1) + answers[words[b]]) | 0;
      c = ((c << 1) + answers[words[c]]) | 0;
      c = ((c << 1) + answers[words[c]]) | 0;
      d = ((d << 1) + answers[words[d]]) | 0;
      d = ((d << 1) + answers[words[d]]) | 0;
      e = ((e << 1) + answers[words[e]]) | 0;
      e = ((e << 1) + answers[words[e]]) | 0;
      f = ((f << 1) + answers[words[f]]) | 0;
      f = ((f << 1) + answers[words[f]]) | 0;
      g = ((g << 1) + answers[words[g]]) | 0;
      g = ((g << 1) + answers[words[g]]) | 0;
      h = ((h << 1) + answers[words[h]]) | 0;
      h = ((h << 1) + answers[words[h]]) | 0;
      i = ((i << 1) + answers[words[i]]) | 0;
      i = ((i << 1) + answers[words[i]]) | 0;
      j = ((j << 1) + answers[words[j]]) | 0;
      j = ((j << 1) + answers[words[j]]) | 0;
    }
    if (left === 1) {
      a = ((a << 1) + answers[words[a]]) | 0;
      b = ((b << 1) + answers[words[b]]) | 0;
      c = ((c << 1) + answers[words[c]]) | 0;
      d = ((d << 1) + answers[words[d]]) | 0;
      e = ((e << 1) + answers[words[e]]) | 0;
      f = ((f << 1) + answers[words[f]]) | 0;
      g = ((g << 1) + answers[words[g]]) | 0;
      h = ((h << 1) + answers[words[h]]) | 0;
      i = ((i << 1) + answers[words[i]]) | 0;
      j = ((j << 1) + answers[words[j]]) | 0;
    }
    sum += leaves[(a - last) | 0];
    sum += leaves[(b - last) | 0];
    sum += leaves[(c - last) | 0];
    sum += leaves[(d - last) | 0];
    sum += leaves[(e - last) | 0];
    sum += leaves[(f - last) | 0];
    sum += leaves[(g - last) | 0];
    sum += leaves[(h - last) | 0];
    sum += leaves[(i - last) | 0];
    sum += leaves[(j - last) | 0];
  }
  sums[at] = sum;
}
