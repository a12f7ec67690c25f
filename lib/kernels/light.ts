import { addForest, begin, type Forest, shapeOf } from './forest/index.js';
import { lopsidedKernel } from './js/index.js';
import { codingOf } from './quantize/index.js';
import type { ForestKernel } from './selectKernel.js';

/**
 * `forestKernel` (run.ts) as `spillway/runtime` has it: plain code on trees that aren't padded, which is quick where rows can be asked, and the
 * reference where they can't. The numbers are the same, bit for bit. Whose trees are many loads them by `learners: [gradientBoosting()]` of `spillway`, whose kernels in WebAssembly come with it.
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
