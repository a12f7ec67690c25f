import { codingOf } from './coding.js';
import type { Forest } from './forest.js';
import { lopsidedKernel } from './linked.js';
import { addForest, begin } from './reference.js';
import type { ForestKernel } from './run.js';
import { shapeOf } from './shape.js';

/**
 * `forestKernel` (run.ts) as `spillway/runtime` has it: plain code on trees as they are, the smallest that is quick. The numbers are the same, bit
 * for bit. Whose trees are many loads them by `learners: [gradientBoosting()]` of `spillway`, whose kernels in WebAssembly come with it.
 */
export function forestKernel(forest: Forest, widths: readonly number[]): ForestKernel {
  const numbers = new Float32Array(widths.reduce((sum, width) => sum + width, 0));
  const add = lopsidedKernel(forest, codingOf(forest), shapeOf(forest), widths, (blocks, out, first) =>
    addForest(forest, blocks, out, numbers, first),
  );
  return {
    name: 'linked',
    add,
    run(blocks, out) {
      begin(forest, blocks.length === 0 ? 0 : blocks[0].rows, out);
      add(blocks, out);
    },
  };
}
