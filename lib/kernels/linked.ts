import type { Block } from '../blocks/index.js';
import { Coder } from './coder.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { heights } from './padded.js';
import type { CodePlan } from './ranks.js';

/**
 * Runs trees that are too deep or too lopsided to be padded: four at a time, each walk for as many steps as the deepest of
 * them has. A leaf's children are itself. Sums are added in the reference's order, bit for bit.
 */
export function linkedKernel(
  forest: Forest,
  coding: Coding,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  const { outputs, base, roots, feature, left, right, value } = forest;
  const { slot, limit, slots } = coding;
  const children = new Int32Array(2 * feature.length);
  for (let node = 0; node < feature.length; node++) {
    const isLeaf = feature[node] === -1;
    children[2 * node] = isLeaf ? node : left[node];
    children[2 * node + 1] = isLeaf ? node : right[node];
  }
  const depth = heights(forest);
  const plan: CodePlan = { codes: new Int32Array(slots), step: 1, shift: 0 };
  const coder = new Coder(coding, widths, plan);
  const { codes } = plan;
  const trees = roots.length;

  function sumOf(first: number): number {
    let sum = base[first];
    let tree = first;
    for (; tree + 3 * outputs < trees; tree += 4 * outputs) {
      let a = roots[tree];
      let b = roots[tree + outputs];
      let c = roots[tree + 2 * outputs];
      let d = roots[tree + 3 * outputs];
      const steps = Math.max(depth[a], depth[b], depth[c], depth[d]);
      for (let step = 0; step < steps; step++) {
        a = children[2 * a + ((limit[a] - codes[slot[a]]) >>> 31)];
        b = children[2 * b + ((limit[b] - codes[slot[b]]) >>> 31)];
        c = children[2 * c + ((limit[c] - codes[slot[c]]) >>> 31)];
        d = children[2 * d + ((limit[d] - codes[slot[d]]) >>> 31)];
      }
      sum += value[a];
      sum += value[b];
      sum += value[c];
      sum += value[d];
    }
    for (; tree < trees; tree += outputs) {
      let a = roots[tree];
      for (let step = depth[a]; step > 0; step--) {
        a = children[2 * a + ((limit[a] - codes[slot[a]]) >>> 31)];
      }
      sum += value[a];
    }
    return sum;
  }

  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    coder.begin(blocks);
    for (let row = 0; row < rows; row++) {
      coder.write(blocks, row, 1, 0);
      for (let o = 0; o < outputs; o++) out[row * outputs + o] = sumOf(o);
      coder.clear(blocks, row, 1, 0);
    }
  };
}
