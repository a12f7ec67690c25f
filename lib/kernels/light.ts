import { codingOf } from './coding.js';
import type { Forest } from './forest.js';
import { linkedKernel } from './linked.js';
import { fitsWords } from './padded.js';
import { addForest, begin } from './reference.js';
import type { ForestKernel } from './run.js';
import { shapeOf } from './shape.js';

/**
 * `forestKernel` (run.ts) as `spillway/runtime` has it: plain code on trees as they are, the smallest that is quick. The numbers are the same, bit
 * for bit. Whose trees are many loads them by `learners: [gradientBoosting()]` of `spillway`, whose kernels in WebAssembly come with it.
 */
export function forestKernel(forest: Forest, widths: readonly number[]): ForestKernel {
  const coding = codingOf(forest);
  const quick = fitsWords(coding, 1) ? linkedKernel(forest, coding, shapeOf(forest), widths) : undefined;
  const add: ForestKernel['add'] = quick ?? ((blocks, out) => addForest(forest, blocks, out));
  return {
    name: quick ? 'linked' : 'reference',
    add,
    run(blocks, out) {
      begin(forest, blocks.length === 0 ? 0 : blocks[0].rows, out);
      add(blocks, out);
    },
  };
}
