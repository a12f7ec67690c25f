import { clearRow, readRow } from '../../data/blocks/index.js';
import { type Forest, forestShape, leafOf, segment } from './forest/index.js';
import { fitsWords, LANES, quantizationOf } from './quantize/index.js';
import { type AddLeaves, forestKernel } from './selectKernel.js';

/** A tree alone is walked sooner than its row is quantized. */
const FEW_TREES = 2;

/** Bits of a whole number that a double holds exactly. */
const EXACT_BITS = 53;

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
  isPlain = forest.roots.length < FEW_TREES || forestShape(forest).isShared,
): AddLeaves {
  if (isPlain) return plainAdder(forest, vectors, width, widths);
  if (fitsWords(quantizationOf(forest), 1)) return packedAdder(forest, vectors, width, widths);
  // Fewer trees have fewer thresholds.
  const half = Math.ceil(forest.roots.length / 2);
  const parts = [segment(forest, 0, half), segment(forest, half, forest.roots.length)];
  const [first, second] = parts.map((part) => vectorAdder(part, vectors, width, widths));
  return (blocks, out) => {
    first(blocks, out);
    second(blocks, out);
  };
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
    const [first] = blocks;
    if (blocks.length === 1 && first.kind === 'dense') {
      // Rows are read where they are.
      for (let row = 0, at = 0; row < rows; row++, at += first.columns) {
        for (let tree = 0; tree < forest.roots.length; tree++) {
          const leaf = leafOf(forest, forest.roots[tree], first.values, at);
          addVector(vectors, width * forest.value[leaf], width, out, row * width);
        }
      }
      return;
    }
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

/**
 * By a kernel that sums: trees that share an output have digits of their own in its sum, which say which leaf a row
 * has met in each.
 */
function packedAdder(
  forest: Forest,
  vectors: Float64Array,
  width: number,
  widths: readonly number[],
): AddLeaves {
  const trees = forest.roots.length;
  const bits = Math.max(1, 32 - Math.clz32(vectors.length / width - 1));
  const digits = Math.min(LANES, Math.floor(EXACT_BITS / bits));
  const outputs = Math.ceil(trees / digits);
  const { add } = forestKernel(packed(forest, bits, digits, outputs), widths);
  const base = 2 ** bits;
  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    const sums = new Float64Array(rows * outputs);
    add(blocks, sums);
    for (let row = 0, from = 0; row < rows; row++) {
      for (let tree = 0; tree < trees; from++) {
        let left = sums[from];
        for (const end = Math.min(trees, tree + digits); tree < end; tree++) {
          const higher = Math.floor(left / base);
          addVector(vectors, width * (left - higher * base), width, out, row * width);
          left = higher;
        }
      }
    }
  };
}

/** The forest whose output `o` sums trees `o * digits` and so on, the first of them in its lowest digit. */
function packed(forest: Forest, bits: number, digits: number, outputs: number): Forest {
  const { roots, feature, left, right } = forest;
  const trees = roots.length;
  const nodes = feature.length;
  // The digit of each node's tree; children come after their parents.
  const digit = new Uint8Array(nodes);
  roots.forEach((root, tree) => {
    digit[root] = tree % digits;
  });
  for (let node = 0; node < nodes; node++) {
    if (feature[node] === -1) continue;
    digit[left[node]] = digit[node];
    digit[right[node]] = digit[node];
  }
  // Outputs with fewer trees are filled up with leaves of 0.
  const length = nodes + digits * outputs - trees;
  const longer = (array: Int32Array) => {
    const copy = new Int32Array(length).fill(-1);
    copy.set(array);
    return copy;
  };
  const value = new Float64Array(length);
  for (let node = 0; node < nodes; node++) value[node] = forest.value[node] * 2 ** (bits * digit[node]);
  const threshold = new Float32Array(length);
  threshold.set(forest.threshold);
  const missingLeft = new Uint8Array(length);
  missingLeft.set(forest.missingLeft);
  return {
    outputs,
    base: new Float64Array(outputs),
    roots: Int32Array.from({ length: digits * outputs }, (_, i) => {
      const tree = (i % outputs) * digits + Math.floor(i / outputs);
      return tree < trees ? roots[tree] : nodes + tree - trees;
    }),
    feature: longer(feature),
    threshold,
    left: longer(left),
    right: longer(right),
    missingLeft,
    set: longer(forest.set),
    sets: forest.sets,
    value,
  };
}

function addVector(vectors: Float64Array, from: number, width: number, out: Float64Array, to: number): void {
  for (let o = 0; o < width; o++) out[to + o] += vectors[from + o];
}
