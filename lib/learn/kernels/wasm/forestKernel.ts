import type { Block } from '../../../data/blocks/index.js';
import { tryKernel } from '../../../util/wasm.js';
import type { Forest, ForestShape } from '../forest/index.js';
import {
  CODE_SHIFT,
  filledTrees,
  fitsWords,
  LANES,
  type Quantization,
  Quantizer,
  RECORD,
} from '../quantize/index.js';
import { Arena } from './arena.js';
import { treesKernel } from './trees.wasm.js';
import { linkedWalk, SLOT_BYTES, wideWalk } from './walks.js';
import { isWideWorth, WIDE } from './wide.js';

/** Bytes of a column's record in the kernel. */
const RECORD_BYTES = 20;
/** Fewer rows are walked one by one: the kernel for batches takes as long for them as for 64. */
const WIDE_ROWS = 40;
/** Trees of an output that rows walk while these are in the cache. */
const CHUNK = 64;
/** Addresses must not be negative. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/**
 * Adds a forest's leaves in WebAssembly. Batches go through all nodes of a tree, 64 rows at once, where that is quicker
 * than their walks; other rows walk eight trees at a time. Each row's leaves are added in the reference's order, so
 * that its sums are the reference's bit for bit.
 *
 * @param code the kernel; {@link treesKernel} adds doubles
 * @returns undefined if WebAssembly is missing, words have no room for the codes, or nodes share children
 */
export function wasmKernel(
  forest: Forest,
  quantization: Quantization,
  shape: ForestShape,
  widths: readonly number[],
  code = treesKernel,
): ((blocks: readonly Block[], out: Float64Array) => void) | undefined {
  const { columns, thresholds, slots } = quantization;
  if (!fitsWords(quantization, SLOT_BYTES)) return undefined;
  const arena = new Arena();
  // The kernel expects codes at 0.
  arena.room(4 * slots * WIDE);
  const valuesAt = arena.room(SLOT_BYTES * columns.length);
  const thresholdsAt = arena.put(thresholds);
  const recordsAt = arena.put(recordsOf(quantization, thresholdsAt));
  const sumsAt = arena.room(8 * WIDE);
  const linked = linkedWalk(arena, forest, quantization);
  const wide = isWideWorth(shape) ? wideWalk(arena, forest, quantization, sumsAt) : undefined;
  const kernel = linked && arena.bytes < MOST_BYTES ? tryKernel(code, arena.bytes) : undefined;
  if (!linked || !kernel) return undefined;
  arena.fill(kernel.memory);
  const walk = linked(kernel);
  const all = wide?.(kernel);
  const ranks = kernel.run('ranks');
  const values = new Float32Array(kernel.memory, valuesAt, columns.length * LANES);
  const sums = new Float64Array(kernel.memory, sumsAt, WIDE);
  const codes = new Int32Array(kernel.memory, 0, slots * WIDE);
  const plan = { codes, step: LANES, lane: 1 };
  const quantizer = new Quantizer(quantization, widths, plan, values, (begin, end, rows, at) => {
    const [from, to] = [recordsAt + RECORD_BYTES * begin, recordsAt + RECORD_BYTES * end];
    for (let i = 0; i < rows; i += 4) ranks(from, to, valuesAt + 4 * i, 4 * (at + i));
  });
  const { outputs } = forest;
  const trees = filledTrees(forest);
  const chunk = CHUNK * outputs;

  return (blocks, out) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    quantizer.begin(blocks);
    for (let from = 0; from < rows; from += WIDE) {
      const count = Math.min(WIDE, rows - from);
      quantizer.write(blocks, from, count);
      if (all && count >= WIDE_ROWS) {
        all.narrow();
        for (let o = 0; o < outputs; o++) {
          for (let i = 0, at = from * outputs + o; i < count; i++, at += outputs) sums[i] = out[at];
          all.add(o, outputs);
          for (let i = 0, at = from * outputs + o; i < count; i++, at += outputs) out[at] = sums[i];
        }
      } else {
        for (let tree = 0; tree < trees; tree += chunk) {
          const end = Math.min(trees, tree + chunk);
          for (let i = 0, at = from * outputs; i < count; i++) {
            const codesAt = 4 * (LANES * slots * (i >> 3) + (i & 7));
            for (let o = 0; o < outputs; o++, at++) out[at] = walk(codesAt, tree + o, end, outputs, out[at]);
          }
        }
      }
      quantizer.clear();
    }
  };
}

/** Records of the quantization in the kernel's units. */
function recordsOf({ columns, records }: Quantization, thresholdsAt: number): Int32Array {
  return Int32Array.from(
    [...columns.keys()].flatMap((c) => {
      const [begin, half, missing, last, first] = records.subarray(RECORD * c);
      return [
        thresholdsAt + 4 * begin,
        4 * half,
        missing << CODE_SHIFT,
        SLOT_BYTES * last,
        SLOT_BYTES * first,
      ];
    }),
  );
}
