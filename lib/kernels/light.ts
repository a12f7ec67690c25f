import { codingOf } from './coding.js';
import { fastKernel } from './fast.js';
import type { Forest } from './forest.js';
import { addForest, begin } from './reference.js';
import type { ForestKernel } from './run.js';
import { shapeOf } from './shape.js';

/**
 * `forestKernel` (run.ts) as `spillway/runtime` has it: in WebAssembly, and where there is none by the reference, which is slower than the
 * plain kernels that are left out, and as small as can be. The numbers are the same, bit for bit.
 */
export function forestKernel(forest: Forest, widths: readonly number[]): ForestKernel {
  const fast = fastKernel(forest, codingOf(forest), shapeOf(forest), widths);
  const add: ForestKernel['add'] = fast ?? ((blocks, out) => addForest(forest, blocks, out));
  return {
    name: fast ? 'wasm' : 'reference',
    add,
    run(blocks, out) {
      begin(forest, blocks.length === 0 ? 0 : blocks[0].rows, out);
      add(blocks, out);
    },
  };
}
