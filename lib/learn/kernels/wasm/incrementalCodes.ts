import type { Block, DenseBlock } from '../../../data/blocks/index.js';
import { tryKernel } from '../../../util/wasm.js';
import { type Forest, type Pass, shapeOf } from '../forest/index.js';
import { type Quantization, quantizationOf } from '../quantize/index.js';
import { Arena } from './arena.js';
import { bytesOf } from './bytes.js';
import { treesKernel } from './trees.wasm.js';
import { wideWalk } from './walks.js';
import { isWideWorth, WIDE } from './wide.js';

/** Bytes of codes that one batch of rows may take. */
const MOST_BYTES = 2 ** 28;

/** Packed codes of rows, of those columns that were coded. */
interface Kept {
  readonly blocks: readonly DenseBlock[];
  /** Which rows of the blocks; undefined for all. */
  readonly rows: Int32Array | undefined;
  readonly count: number;
  readonly codes: Uint8Array;
  readonly isCoded: Uint8Array;
}

/**
 * Passes over codes that are bytes, by the kernel for batches. A column is quantized when a tree first reads it, for the
 * rows that are left by then.
 *
 * @returns undefined if that kernel can't run the forest; the function it returns gives undefined for rows that are
 * sparse, or too many
 */
export function keptCodes(
  forest: Forest,
  widths: readonly number[],
): ((blocks: readonly Block[]) => Pass | undefined) | undefined {
  if (forest.outputs !== 1 || !isWideWorth(shapeOf(forest))) return undefined;
  const quantization = quantizationOf(forest);
  const arena = new Arena();
  const sumsAt = arena.room(8 * WIDE);
  const bytes = bytesOf(arena, quantization, widths);
  const walk = wideWalk(arena, forest, quantization, sumsAt);
  const kernel = walk && tryKernel(treesKernel, arena.bytes);
  if (!walk || !kernel) return undefined;
  arena.fill(kernel.memory);
  const { add, codesAt } = walk(kernel);
  const { planes, packed, code, unpack } = bytes(kernel, codesAt);
  const size = packed.length;
  const few = new Float64Array(kernel.memory, sumsAt, WIDE);
  const reads = columnsByTree(forest, quantization);

  const pass = (kept: Kept): Pass => ({
    add(sums, from, to) {
      const { blocks, rows, count, codes, isCoded } = kept;
      const isFirst = !isCoded.includes(1);
      const wanted = uncoded(reads, isCoded, from, to);
      for (let at = 0, group = 0; at < count; at += WIDE, group += size) {
        const end = Math.min(at + WIDE, count);
        if (!isFirst) packed.set(codes.subarray(group, group + size));
        if (wanted.length > 0) {
          code(blocks, wanted, rows, at, end - at);
          codes.set(packed, group);
        }
        unpack();
        for (let row = at; row < end; row++) few[row - at] = sums[row];
        add(from, 1, to);
        for (let row = at; row < end; row++) sums[row] = few[row - at];
      }
    },
    only: (places) => pass(some(kept, planes, size, places)),
  });

  return (blocks) => {
    const count = blocks.length === 0 ? 0 : blocks[0].rows;
    const dense = blocks.filter((block): block is DenseBlock => block.kind === 'dense');
    const room = size * Math.ceil(count / WIDE);
    if (dense.length < blocks.length || room > MOST_BYTES) return undefined;
    const codes = new Uint8Array(room);
    return pass({ blocks: dense, rows: undefined, count, codes, isCoded: new Uint8Array(planes.length) });
  };
}

/** The columns that each tree reads, by their places in the quantization. */
function columnsByTree({ roots, feature, left, right }: Forest, { columns }: Quantization): number[][] {
  const places = new Map(Array.from(columns, (column, c) => [column, c]));
  return Array.from(roots, (root) => {
    const own = new Set<number>();
    const nodes = [root];
    for (const node of nodes) {
      const place = places.get(feature[node]);
      if (place === undefined) continue;
      own.add(place);
      nodes.push(left[node], right[node]);
    }
    return [...own];
  });
}

/** Columns that these trees read and that aren't quantized yet, ascending; it marks them. */
function uncoded(reads: readonly number[][], isCoded: Uint8Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let tree = from; tree < to && found.length < isCoded.length; tree++) {
    const own = reads[tree];
    for (let i = 0; i < own.length; i++) {
      if (isCoded[own[i]] === 1) continue;
      isCoded[own[i]] = 1;
      found.push(own[i]);
    }
  }
  return found.sort((a, b) => a - b);
}

function some(
  { blocks, rows, codes, isCoded }: Kept,
  planes: readonly (readonly number[])[],
  size: number,
  places: Int32Array,
): Kept {
  const coded = planes.filter((_, c) => isCoded[c] === 1).flat();
  return {
    blocks,
    rows: rows === undefined ? places : places.map((place) => rows[place]),
    count: places.length,
    codes: gatherPlanes(codes, Int32Array.from(coded), size, places),
    isCoded: isCoded.slice(),
  };
}

function gatherPlanes(codes: Uint8Array, planes: Int32Array, size: number, places: Int32Array): Uint8Array {
  const taken = new Uint8Array(size * Math.ceil(places.length / WIDE));
  for (let i = 0; i < places.length; i++) {
    const from = firstByte(places[i], size);
    const to = firstByte(i, size);
    for (let p = 0; p < planes.length; p++) taken[to + WIDE * planes[p]] = codes[from + WIDE * planes[p]];
  }
  return taken;
}

function firstByte(row: number, size: number): number {
  return Math.trunc(row / WIDE) * size + (row % WIDE);
}
