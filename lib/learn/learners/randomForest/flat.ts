import type { Forest } from '../../kernels/index.js';
import type { SourceNode } from './source.js';
import { type VoteLayout, voteFor } from './votes.js';

/**
 * Trees as a {@link Forest} that sums their answers, or their votes (see {@link voteLayout}). Every
 * row reaches the same leaf: numbers below a double are the Float32 numbers up to the one beneath
 * it.
 *
 * @param votes absent for numbers
 */
export function flatForest(trees: readonly SourceNode[], votes?: VoteLayout): Forest {
  const outputs = votes?.outputs ?? 1;
  const nodes = new Nodes();
  const roots: number[] = [];
  for (const tree of trees) {
    for (let output = 0; output < outputs; output++) {
      roots.push(nodes.add(merged(tree, (answer) => (votes ? voteFor(votes, answer, output) : answer))));
    }
  }
  return nodes.forest(outputs, roots);
}

/** The tree with each answer's value, and one leaf where all leaves below a node have the same. */
function merged(node: SourceNode, value: (answer: number) => number): SourceNode {
  if ('answer' in node) return { answer: value(node.answer) };
  const left = merged(node.left, value);
  const right = merged(node.right, value);
  return 'answer' in left && 'answer' in right && left.answer === right.answer
    ? left
    : { ...node, left, right };
}

class Nodes {
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly value: number[] = [];

  /** Returns the place of its root. */
  add(node: SourceNode): number {
    const at = this.feature.length;
    const isLeaf = 'answer' in node;
    this.feature.push(isLeaf ? -1 : node.column);
    this.threshold.push(isLeaf ? 0 : largestBelow(node.below));
    this.value.push(isLeaf ? node.answer : 0);
    this.left.push(-1);
    this.right.push(-1);
    if (!isLeaf) {
      this.left[at] = this.add(node.left);
      this.right[at] = this.add(node.right);
    }
    return at;
  }

  forest(outputs: number, roots: readonly number[]): Forest {
    const count = this.feature.length;
    return {
      outputs,
      base: new Float64Array(outputs),
      roots: Int32Array.from(roots),
      feature: Int32Array.from(this.feature),
      threshold: Float32Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      missingLeft: new Uint8Array(count),
      set: new Int32Array(count).fill(-1),
      sets: new Uint32Array(0),
      value: Float64Array.from(this.value),
    };
  }
}

/** The largest Float32 below a finite double. */
export function largestBelow(double: number): number {
  const single = Float32Array.of(double);
  if (single[0] < double) return single[0];
  if (single[0] === 0) return -(2 ** -149);
  const bits = new Int32Array(single.buffer);
  // Bits of negative numbers count away from 0.
  bits[0] += single[0] > 0 ? -1 : 1;
  return single[0];
}
