import type { Block } from '../blocks/index.js';
import { codingOf } from './coding.js';
import { fastKernel } from './fast.js';
import { flatKernel } from './flat.js';
import type { Forest } from './forest.js';
import { linkedKernel } from './linked.js';
import { fitsPadded, fitsWords } from './padded.js';
import { runForest } from './reference.js';
import { shapeOf } from './shape.js';

/** WebAssembly; plain code on padded trees, or on trees as they are; the reference. */
export type KernelName = 'wasm' | 'flat' | 'linked' | 'reference';

export interface ForestKernel {
  readonly name: KernelName;
  /**
   * Writes rows x outputs numbers to the front of `out`, row-major: those of {@link runForest}, bit for bit. It keeps
   * buffers, and so must not be called while it runs.
   *
   * @param blocks as many, and as wide, as it was made for
   */
  run(blocks: readonly Block[], out: Float64Array): void;
}

/**
 * How many steps of a row's walk there must be, for each column that is asked about, for plain code to gain by coding
 * the row first: see `picks` of `npm run bench -- kernels`.
 */
const STEPS_A_COLUMN = 2;

/**
 * Gets a forest ready to be run many times, by the kernel that the bench found quickest for its shape: WebAssembly
 * wherever there is some. Else the reference where a row's walk is so short that coding its numbers costs more, plain
 * code on padded trees where they aren't too lopsided to be padded, and on trees as they are where they are.
 *
 * @param widths how many columns each block of its rows has
 * @param wanted another kernel, or `plain` for the one without WebAssembly; where a kernel can't run the forest, another
 * one does
 */
export function forestKernel(
  forest: Forest,
  widths: readonly number[],
  wanted?: KernelName | 'plain',
): ForestKernel {
  const coding = codingOf(forest);
  const shape = shapeOf(forest);
  if (wanted === undefined || wanted === 'wasm') {
    const run = fastKernel(forest, coding, shape, widths);
    if (run) return { name: 'wasm', run };
  }
  const isShort = shape.steps < STEPS_A_COLUMN * coding.columns.length;
  if (
    wanted !== 'reference' &&
    (!isShort || wanted === 'flat' || wanted === 'linked') &&
    fitsWords(coding, 1)
  ) {
    if (wanted !== 'linked' && fitsPadded(shape)) {
      return { name: 'flat', run: flatKernel(forest, coding, shape.depth, widths) };
    }
    const run = linkedKernel(forest, coding, widths);
    if (run) return { name: 'linked', run };
  }
  return { name: 'reference', run: (blocks, out) => runForest(forest, blocks, out) };
}
