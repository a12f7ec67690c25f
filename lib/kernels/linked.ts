import type { Block } from '../blocks/index.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import { heights } from './padded.js';
import { rowKernel, type Walk } from './rowwise.js';

/** Trees of an output that stay in the cache together, at a guess: deep ones never fit. */
const CHUNK = 16;

/**
 * Runs trees that are too deep or too lopsided to be padded: four at a time, each walk for as many steps as the deepest of
 * them has. A leaf's children are itself.
 */
export function linkedKernel(
  forest: Forest,
  coding: Coding,
  widths: readonly number[],
): (blocks: readonly Block[], out: Float64Array) => void {
  return rowKernel(forest, coding, widths, 0, CHUNK, walkOf(forest, coding));
}

function walkOf(forest: Forest, { slot, limit }: Coding): Walk {
  const { roots, feature, left, right, value } = forest;
  const children = new Int32Array(2 * feature.length);
  for (let node = 0; node < feature.length; node++) {
    const isLeaf = feature[node] === -1;
    children[2 * node] = isLeaf ? node : left[node];
    children[2 * node + 1] = isLeaf ? node : right[node];
  }
  const height = heights(forest);
  return (codes, first, end, stride, start) => {
    let sum = start;
    let tree = first;
    for (; tree + 3 * stride < end; tree += 4 * stride) {
      let a = roots[tree];
      let b = roots[tree + stride];
      let c = roots[tree + 2 * stride];
      let d = roots[tree + 3 * stride];
      const steps = Math.max(height[a], height[b], height[c], height[d]);
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
    for (; tree < end; tree += stride) {
      let a = roots[tree];
      for (let step = height[a]; step > 0; step--) {
        a = children[2 * a + ((limit[a] - codes[slot[a]]) >>> 31)];
      }
      sum += value[a];
    }
    return sum;
  };
}
