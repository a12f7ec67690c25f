import type { Block } from '../../data/blocks/index.js';
import { addForest, begin, type Forest, forestShape } from './forest/index.js';
import { jsKernel } from './jsKernel.js';
import { quantizationOf } from './quantize/index.js';
import { wasmKernel } from './wasm/index.js';

/** WebAssembly, JavaScript, and the plain interpreter that both must agree with. */
export type KernelName = 'wasm' | 'js' | 'reference';

export interface ForestKernel {
  readonly name: KernelName;
  /**
   * Writes rows x outputs sums to the front of `out`, row-major, equal to those of
   * {@link runForest}, bit for bit. It reuses buffers, so it must not be called while it runs.
   *
   * @param blocks as many, and as wide, as it was made for
   */
  run(blocks: readonly Block[], out: Float64Array): void;
  /** Adds each row's leaves to the sums at the front of `out`, which other trees began. */
  add: AddLeaves;
}

/** Adds each row's leaves to the sums at the front of `out`, rows x outputs. */
export type AddLeaves = (blocks: readonly Block[], out: Float64Array) => void;

/** A tree alone is walked sooner than its row is quantized. */
const FEW_TREES = 2;

/**
 * Prepares a forest for many runs: by WebAssembly, or JavaScript if WebAssembly can't run it. A
 * single tree is left to the reference, and so are forests that neither kernel can run.
 *
 * @param widths the number of columns of each block
 * @param wanted the kernel to use, where it can run the forest
 */
export function forestKernel(forest: Forest, widths: readonly number[], wanted?: KernelName): ForestKernel {
  const { name, add } = choose(forest, widths, wanted);
  // A kernel has its own copy of the trees.
  const { outputs, base } = forest;
  return {
    name,
    add,
    run(blocks, out) {
      begin({ outputs, base }, blocks.length === 0 ? 0 : blocks[0].rows, out);
      add(blocks, out);
    },
  };
}

function choose(
  forest: Forest,
  widths: readonly number[],
  wanted: KernelName | undefined,
): Pick<ForestKernel, 'name' | 'add'> {
  const shape = forestShape(forest);
  const isFew = wanted === undefined && shape.trees < FEW_TREES;
  if (!isFew && wanted !== 'reference') {
    const quantization = quantizationOf(forest);
    const wasm = wanted === 'js' ? undefined : wasmKernel(forest, quantization, shape, widths);
    if (wasm) return { name: 'wasm', add: wasm };
    const js = jsKernel(forest, quantization, widths);
    if (js) return { name: 'js', add: js };
  }
  const values = new Float32Array(widths.reduce((sum, width) => sum + width, 0));
  return { name: 'reference', add: (blocks, out) => addForest(forest, blocks, out, values) };
}
