import { ArtifactError } from '../../../errors.js';
import type { Tensor } from '../../../util/state.js';

/**
 * Trained trees in flat arrays: plain data that any kernel can run.
 *
 * A row starts at the root of each tree and follows `left` or `right` to a leaf, whose value is
 * added to output `tree % outputs`. An inner node reads column `feature[node]` of all the row's
 * blocks side by side, as the Float32 that blocks hold, and goes left
 * - where that is NaN: if `missingLeft[node]` is 1;
 * - at a node with a set of categories: if its category is in the set (see {@link isInSet}). Values
 *   that aren't a category, a whole number from 0 to 255, go where NaN goes;
 * - else: if the value is at most `threshold[node]`.
 *
 * Children come after their parents.
 */
export interface Forest {
  /** Sums of each row. */
  readonly outputs: number;
  /** The starting value of each output. */
  readonly base: Float64Array;
  /** The first node of each tree, ascending. */
  readonly roots: Int32Array;
  /** -1 at a leaf. */
  readonly feature: Int32Array;
  /** Values up to a node's threshold go left. */
  readonly threshold: Float32Array;
  /** The nodes left and right of each node. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where missing values go left. */
  readonly missingLeft: Uint8Array;
  /** Which set of `sets` decides here, -1 if the threshold does. */
  readonly set: Int32Array;
  /** Sets of categories, 256 bits in 8 words each. */
  readonly sets: Uint32Array;
  /** The leaves' values; 0 at inner nodes. */
  readonly value: Float64Array;
}

/** Words of a set of categories. */
export const SET_WORDS = 8;

export function isInSet(sets: Uint32Array, set: number, category: number): boolean {
  return ((sets[SET_WORDS * set + (category >>> 5)] >>> (category & 31)) & 1) === 1;
}

/** A forest as the tensors of a state. */
export function forestTensors(forest: Forest): Record<string, Tensor> {
  const { outputs: _, ...tensors } = forest;
  return { ...tensors };
}

/**
 * The forest that {@link forestTensors} wrote, checked so that running it can neither leave its
 * arrays nor loop.
 *
 * @param columns the number of columns of its rows
 * @throws ArtifactError if it isn't whole; `name` is the model's
 */
export function loadForest(
  name: string,
  outputs: number,
  columns: number,
  tensors: Readonly<Record<string, Tensor>>,
): Forest {
  const damaged = (what: string) => new ArtifactError('damaged', `the state of model '${name}' has ${what}`);
  const { base, roots, feature, threshold, left, right, missingLeft, set, sets, value } = tensors;
  if (
    !(base instanceof Float64Array && value instanceof Float64Array && threshold instanceof Float32Array) ||
    !(roots instanceof Int32Array && feature instanceof Int32Array && set instanceof Int32Array) ||
    !(left instanceof Int32Array && right instanceof Int32Array) ||
    !(missingLeft instanceof Uint8Array && sets instanceof Uint32Array)
  ) {
    throw damaged('no trees');
  }
  const nodes = feature.length;
  if ([threshold, left, right, missingLeft, set, value].some(({ length }) => length !== nodes)) {
    throw damaged('nodes of different numbers');
  }
  if (base.length !== outputs || roots.length % outputs !== 0) throw damaged(`not ${outputs} outputs`);
  if (!roots.every((root) => root >= 0 && root < nodes)) throw damaged('roots that are no nodes');
  for (let node = 0; node < nodes; node++) {
    if (feature[node] === -1) continue;
    const isChild = (child: number) => child > node && child < nodes;
    if (!isChild(left[node]) || !isChild(right[node])) throw damaged(`a node ${node} without children`);
    if (!(feature[node] >= 0 && feature[node] < columns)) throw damaged(`a node ${node} without a column`);
    if (!(set[node] >= -1 && SET_WORDS * (set[node] + 1) <= sets.length)) {
      throw damaged(`a node ${node} without its set`);
    }
  }
  return { outputs, base, roots, feature, threshold, left, right, missingLeft, set, sets, value };
}
