import { clearRow, readRow } from '../../data/blocks/index.js';
import { type Forest, leafOf, segment } from './forest/index.js';
import {
  fitsWords,
  type LinkedForest,
  linkedForest,
  type Quantization,
  Quantizer,
  quantizationOf,
  wordOf,
} from './quantize/index.js';
import type { AddLeaves } from './selectKernel.js';

/** Rows whose codes are ready together, and trees that they walk while these are in the cache. */
const [ROWS, TREES] = [64, 8];

/** A tree alone is walked sooner than its row is quantized. */
const FEW_TREES = 2;

/**
 * Trees whose leaves have a number for each of several outputs, such as the shares of classes: a row walks each tree
 * once, and its leaf's numbers are added, tree after tree.
 *
 * @param forest of one output; its leaves' values are rows of `vectors`
 * @param vectors row-major, `width` numbers each
 * @param widths the number of columns of each block
 * @param isPlain whether the plain interpreter is to run it, the reference
 */
export function vectorAdder(
  forest: Forest,
  vectors: Float64Array,
  width: number,
  widths: readonly number[],
  isPlain = forest.roots.length < FEW_TREES,
): AddLeaves {
  if (isPlain) return plainAdder(forest, vectors, width, widths);
  const quantization = quantizationOf(forest);
  if (!fitsWords(quantization, 1)) {
    // Fewer trees have fewer thresholds.
    const half = Math.ceil(forest.roots.length / 2);
    const parts = [segment(forest, 0, half), segment(forest, half, forest.roots.length)];
    const [first, second] = parts.map((part) => vectorAdder(part, vectors, width, widths));
    return (blocks, out) => {
      first(blocks, out);
      second(blocks, out);
    };
  }
  const trees = linkedForest(forest, { at: 0, node: 2, word: (node) => wordOf(quantization, node, 1) });
  return trees === undefined
    ? plainAdder(forest, vectors, width, widths)
    : codeAdder(trees, forest.roots.length, quantization, vectors, width, widths);
}

function plainAdder(
  forest: Forest,
  vectors: Float64Array,
  width: number,
  widths: readonly number[],
): AddLeaves {
  const values = new Float32Array(widths.reduce((sum, columns) => sum + columns, 0));
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    values.fill(0);
    for (let row = 0; row < rows; row++) {
      readRow(blocks, row, values);
      for (const root of forest.roots) {
        addVector(vectors, width * forest.value[leafOf(forest, root, values)], width, out, row * width);
      }
      clearRow(blocks, row, values);
    }
  };
}

function codeAdder(
  trees: LinkedForest,
  count: number,
  quantization: Quantization,
  vectors: Float64Array,
  width: number,
  widths: readonly number[],
): AddLeaves {
  const { slots } = quantization;
  const codes = new Int32Array(slots * ROWS);
  const codesOf = Array.from({ length: ROWS }, (_, row) => codes.subarray(row * slots, (row + 1) * slots));
  const quantizer = new Quantizer(quantization, widths, { codes, step: 1, lane: slots });
  const offsets = Int32Array.from(trees.values, (vector) => width * vector);
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    quantizer.begin(blocks);
    for (let from = 0; from < rows; from += ROWS) {
      const some = Math.min(ROWS, rows - from);
      quantizer.write(blocks, from, some);
      for (let tree = 0; tree < count; tree += TREES) {
        const end = Math.min(count, tree + TREES);
        for (let i = 0; i < some; i++) {
          walk(trees, codesOf[i], tree, end, offsets, vectors, width, out, (from + i) * width);
        }
      }
      quantizer.clear();
    }
  };
}

/** Adds the vectors of a row's leaves in trees `first` to before `end` to `out`, from `at` on. */
function walk(
  { nodes, roots, heights }: LinkedForest,
  codes: Int32Array,
  first: number,
  end: number,
  offsets: Int32Array,
  vectors: Float64Array,
  width: number,
  out: Float64Array,
  at: number,
): void {
  // There are trees to fill up four.
  for (let tree = first; tree < end; tree += 4) {
    let a = roots[tree];
    let b = roots[tree + 1];
    let c = roots[tree + 2];
    let d = roots[tree + 3];
    // A walk that has met its leaf stays there.
    const steps = Math.max(heights[tree], heights[tree + 1], heights[tree + 2], heights[tree + 3]);
    for (let step = 0; step < steps; step++) {
      let word = nodes[a];
      a = nodes[a + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[b];
      b = nodes[b + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[c];
      c = nodes[c + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
      word = nodes[d];
      d = nodes[d + 1] + (((word - codes[word & 0xffff]) >>> 31) << 1);
    }
    addVector(vectors, offsets[a >> 1], width, out, at);
    if (tree + 1 < end) addVector(vectors, offsets[b >> 1], width, out, at);
    if (tree + 2 < end) addVector(vectors, offsets[c >> 1], width, out, at);
    if (tree + 3 < end) addVector(vectors, offsets[d >> 1], width, out, at);
  }
}

function addVector(vectors: Float64Array, from: number, width: number, out: Float64Array, to: number): void {
  for (let o = 0; o < width; o++) out[to + o] += vectors[from + o];
}
