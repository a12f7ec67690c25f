import { type Block, clearRow, readRow } from '../../../data/blocks/index.js';
import { type Forest, isInSet } from './forest.js';

/**
 * Runs a forest as its definition reads: the plain interpreter, and the oracle of faster ones.
 *
 * @param blocks of the same rows, with all columns of the forest
 * @param out rows x outputs, row-major: the base and the leaves' values, summed tree after tree in the precision of
 *   `out`
 */
export function runForest(forest: Forest, blocks: readonly Block[], out: Float64Array | Float32Array): void {
  begin(forest, blocks.length === 0 ? 0 : blocks[0].rows, out);
  addForest(forest, blocks, out);
}

/** Writes the starting values of the sums of `rows` rows to the front of `out`. */
export function begin(
  { outputs, base }: Pick<Forest, 'outputs' | 'base'>,
  rows: number,
  out: Float64Array | Float32Array,
): void {
  for (let at = 0; at < rows * outputs; at += outputs)
    for (let o = 0; o < outputs; o++) out[at + o] = base[o];
}

/**
 * Adds each row's leaves to the sums at the front of `out`, tree after tree.
 *
 * @param values room for a row
 */
export function addForest(
  forest: Forest,
  blocks: readonly Block[],
  out: Float64Array | Float32Array,
  values = new Float32Array(blocks.reduce((sum, block) => sum + block.columns, 0)),
): void {
  const { outputs, roots, value } = forest;
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  values.fill(0);
  for (let row = 0; row < rows; row++) {
    readRow(blocks, row, values);
    const at = row * outputs;
    for (let tree = 0, o = 0; tree < roots.length; tree++) {
      out[at + o] += value[leafOf(forest, roots[tree], values)];
      if (++o === outputs) o = 0;
    }
    clearRow(blocks, row, values);
  }
}

/** The leaf that a row meets. @param at where its values begin */
export function leafOf(forest: Forest, root: number, values: Float32Array, at = 0): number {
  const { feature, left, right } = forest;
  let node = root;
  while (feature[node] !== -1)
    node = goesLeft(forest, node, values[at + feature[node]]) ? left[node] : right[node];
  return node;
}

function goesLeft({ threshold, missingLeft, set, sets }: Forest, node: number, value: number): boolean {
  if (set[node] === -1) return Number.isNaN(value) ? missingLeft[node] === 1 : value <= threshold[node];
  const isCategory = Number.isInteger(value) && value >= 0 && value < 256;
  return isCategory ? isInSet(sets, set[node], value) : missingLeft[node] === 1;
}
