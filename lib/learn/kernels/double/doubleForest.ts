import { type Block, exactValues } from '../../../data/blocks/index.js';
import { atMost } from '../../../util/floats.js';
import { type Forest, isInSet } from '../forest/index.js';

/**
 * A forest whose thresholds are doubles, and which compares blocks' doubles with them: a {@link Forest} otherwise.
 *
 * A number in a column of categories is cut down to a whole one, of which the last eight bits count. What isn't
 * known then, negative or NaN, is missing.
 */
export interface DoubleForest extends Omit<Forest, 'threshold'> {
  readonly threshold: Float64Array;
  /** The known categories of each column of categories: 256 bits in 8 words. Nodes on these columns have sets. */
  readonly known?: ReadonlyMap<number, Uint32Array>;
}

/** The forest that gives the same sums where blocks hold no doubles. For one without categories. */
export function singleForest({ known: _, ...forest }: DoubleForest): Forest {
  return { ...forest, threshold: Float32Array.from(forest.threshold, atMost) };
}

/** A number of a column of categories as a whole one from 0 to 255, or NaN. */
export function categoryOf(known: Uint32Array, value: number): number {
  const category = Math.trunc(value) & 255;
  return value >= 0 && isInSet(known, 0, category) ? category : Number.NaN;
}

/**
 * Adds each row's leaves as the definition reads: the reference of {@link doubleRounds}.
 *
 * @param sums rows x outputs
 */
export function addDoubleForest(forest: DoubleForest, blocks: readonly Block[], sums: Float64Array): void {
  const { outputs, roots, feature, left, right, value } = forest;
  const rows = blocks.length === 0 ? 0 : blocks[0].rows;
  for (let row = 0; row < rows; row++) {
    const numbers = rowOf(blocks, row);
    roots.forEach((root, tree) => {
      let node = root;
      while (feature[node] !== -1)
        node = goesLeft(forest, node, numbers[feature[node]]) ? left[node] : right[node];
      sums[row * outputs + (tree % outputs)] += value[node];
    });
  }
}

function goesLeft(forest: DoubleForest, node: number, value: number): boolean {
  const { feature, threshold, missingLeft, set, sets, known } = forest;
  const categories = known?.get(feature[node]);
  const number = categories === undefined ? value : categoryOf(categories, value);
  if (Number.isNaN(number)) return missingLeft[node] === 1;
  return set[node] === -1 ? number <= threshold[node] : isInSet(sets, set[node], number);
}

function rowOf(blocks: readonly Block[], row: number): number[] {
  return blocks.flatMap((block) => {
    const numbers = new Array<number>(block.columns).fill(0);
    const values = exactValues(block);
    if (block.kind === 'dense') return numbers.map((_, column) => values[row * block.columns + column]);
    for (let e = block.offsets[row]; e < block.offsets[row + 1]; e++) numbers[block.indices[e]] = values[e];
    return numbers;
  });
}
