import type { Block } from '../blocks/index.js';
import { addForest, begin, type Forest, type Shape, shapeOf } from './forest/index.js';
import { flatKernel, linkedKernel } from './js/index.js';
import { type Coding, codingOf, fitsPadded, fitsWords } from './quantize/index.js';
import { fastKernel } from './wasm/index.js';

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
  /** Adds each row's leaves to what is at the front of `out`: sums that other trees began. */
  add: Adding;
}

/** Adds each row's leaves to what is at the front of `out`, rows x outputs. */
export type Adding = (blocks: readonly Block[], out: Float64Array) => void;

/** One tree alone is walked before its row is coded. */
const FEW_TREES = 2;

/**
 * Plain code gains by coding a row first where the row's walk has more steps than so many, and so many for each column that
 * is asked about: see `picks` of `npm run bench -- kernels`.
 */
const STEPS = 4;
const STEPS_A_COLUMN = 2;

/** Wider blocks are sparse as a rule, and coding a row of them costs what its entries do. */
const SPARSE_WIDTH = 1_024;

/**
 * Gets a forest ready to be run many times, by the kernel that the bench found quickest for its shape: WebAssembly
 * where there is some and more than one tree. Else the reference where a row's walk is so short that coding its numbers costs more; plain code on
 * padded trees where they are neither deep nor lopsided, and else on trees as they are.
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
  const { name, add } = adding(forest, widths, wanted);
  return {
    name,
    add,
    run(blocks, out) {
      begin(forest, blocks.length === 0 ? 0 : blocks[0].rows, out);
      add(blocks, out);
    },
  };
}

function adding(
  forest: Forest,
  widths: readonly number[],
  wanted: KernelName | 'plain' | undefined,
): Pick<ForestKernel, 'name' | 'add'> {
  const coding = codingOf(forest);
  const shape = shapeOf(forest);
  if (wanted === 'wasm' || (wanted === undefined && shape.trees >= FEW_TREES)) {
    const add = fastKernel(forest, coding, shape, widths);
    if (add) return { name: 'wasm', add };
  }
  const isNamed = wanted === 'flat' || wanted === 'linked' || wanted === 'reference';
  const name = isNamed ? wanted : plainKernel(coding, shape, widths);
  if (name !== 'reference' && fitsWords(coding, 1)) {
    if (name === 'flat' && fitsPadded(shape)) {
      return { name, add: flatKernel(forest, coding, shape, widths) };
    }
    const add = linkedKernel(forest, coding, shape, widths);
    if (add) return { name: 'linked', add };
  }
  const numbers = new Float32Array(widths.reduce((sum, width) => sum + width, 0));
  return { name: 'reference', add: (blocks, out) => addForest(forest, blocks, out, numbers) };
}

function plainKernel({ columns }: Coding, { steps }: Shape, widths: readonly number[]): 'flat' | 'reference' {
  let first = 0;
  let coded = 0;
  for (const width of widths) {
    const end = first + width;
    if (width < SPARSE_WIDTH) coded += columns.filter((column) => column >= first && column < end).length;
    first = end;
  }
  return steps < STEPS + STEPS_A_COLUMN * coded ? 'reference' : 'flat';
}
