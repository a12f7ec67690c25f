import type { Block } from '../blocks/index.js';
import { codingOf } from './coding.js';
import { fastKernel } from './fast.js';
import { flatKernel } from './flat.js';
import type { Forest } from './forest.js';
import { linkedKernel } from './linked.js';
import { fitsWords, heights, LANES } from './padded.js';

/** The kernels that can run a forest, each the same as {@link runForest}, bit for bit. */
export type KernelName = 'wasm' | 'flat' | 'linked';

export interface ForestKernel {
  readonly name: KernelName;
  /**
   * Writes rows x outputs numbers to the front of `out`, row-major, as {@link runForest} does. It keeps buffers, and so
   * must not be called while it runs.
   *
   * @param blocks as many, and as wide, as it was made for
   */
  run(blocks: readonly Block[], out: Float64Array): void;
}

/** Deeper trees would take too much room when padded. */
const MOST_DEPTH = 12;
/** How many times as many leaves as it has a forest may be padded to. */
const MOST_PADDING = 8;

/**
 * Gets a forest ready to be run many times: see {@link pick} for how.
 *
 * @param widths how many columns each block of its rows has
 * @param kernel which one to take where the forest and the machine allow it
 */
export function forestKernel(forest: Forest, widths: readonly number[], kernel?: KernelName): ForestKernel {
  const coding = codingOf(forest);
  const height = heights(forest);
  const depth = forest.roots.reduce((most, root) => Math.max(most, height[root]), 0);
  const leaves = forest.feature.reduce((count, feature) => count + Number(feature === -1), 0);
  const fits =
    fitsWords(coding, 4 * LANES) &&
    depth <= MOST_DEPTH &&
    forest.roots.length * 2 ** depth <= MOST_PADDING * leaves;
  if (!fits || kernel === 'linked') return { name: 'linked', run: linkedKernel(forest, coding, widths) };
  const fast = kernel === 'flat' ? undefined : fastKernel(forest, coding, depth, widths);
  return fast ? { name: 'wasm', run: fast } : { name: 'flat', run: flatKernel(forest, coding, depth, widths) };
}
