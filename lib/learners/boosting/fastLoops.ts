import { joinKernel, type SharedMemory, trySharedMemory } from '../../wasm.js';
import { loopsKernel } from './loops.wasm.js';
import { BIN, type Loops } from './plainLoops.js';

/** Loops of a kernel, and the memory from `begin` on in which the arrays that they are given must lie. */
export interface FastLoops extends Loops {
  readonly memory: SharedArrayBuffer;
  readonly begin: number;
  /** With which other threads get loops on the same arrays. */
  readonly shared: SharedMemory;
}

/** The kernel's own sums: four columns of 256 bins, 16 bytes each. */
const COLUMN_SUMS = 16 * 256;
const SUMS = 4 * COLUMN_SUMS;
/** More rows at once could spill over in these sums. */
const MOST_ROWS = 2 ** 20 - 1;
/** What addresses of 32 bits reach, less a margin for whole pages. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/**
 * @param threads how many may run the loops at once
 * @returns undefined where there is no WebAssembly, or no room for so many bytes
 */
export function fastLoops(bytes: number, threads = 1): FastLoops | undefined {
  const begin = threads * SUMS;
  const shared = begin + bytes < MOST_BYTES ? trySharedMemory(begin + bytes) : undefined;
  return shared && { ...joinLoops(shared, 0), memory: shared.buffer, begin, shared };
}

/** The same loops for another of the threads. */
export function joinLoops(shared: SharedMemory, thread: number): Loops {
  const run = joinKernel(loopsKernel, shared);
  const [four, one, flush] = ['four', 'one', 'flush'].map(run);
  const [clear, scan, subtract, partition] = ['clear', 'scan', 'subtract', 'partition'].map(run);
  const sums = thread * SUMS;
  return {
    add(histogram, columns, rows, derivatives) {
      const from = derivatives.byteOffset;
      for (let at = 0; at < rows.length; at += MOST_ROWS) {
        const begin = rows.byteOffset + 4 * at;
        const end = rows.byteOffset + 4 * Math.min(rows.length, at + MOST_ROWS);
        for (let c = 0; c < columns.length; ) {
          const together = c + 4 <= columns.length ? 4 : 1;
          const bins = (i: number) => columns[c + i].bins.byteOffset;
          if (together === 4) four(bins(0), bins(1), bins(2), bins(3), begin, end, from, sums);
          else one(bins(0), begin, end, from, sums);
          for (let i = 0; i < together; i++, c++) {
            const { first, count } = columns[c];
            flush(sums + i * COLUMN_SUMS, count, histogram.byteOffset + 8 * BIN * first);
          }
        }
      }
    },
    clear({ byteOffset, byteLength }) {
      clear(byteOffset, byteLength);
    },
    scan({ byteOffset, byteLength }, always, node, { l2, minRows, minSecond }, least) {
      return scan(
        byteOffset,
        byteOffset + byteLength,
        always.first,
        always.second,
        always.rows,
        node.first,
        node.second,
        node.rows,
        l2,
        minRows,
        minSecond,
        least,
      );
    },
    subtract(node, child) {
      subtract(node.byteOffset, child.byteOffset, node.length);
    },
    partition(rows, bins, goesLeft, scratch) {
      const { byteOffset, length } = rows;
      // A pointer past 2 GiB comes back negative.
      const left = partition(
        byteOffset,
        byteOffset + 4 * length,
        bins.byteOffset,
        goesLeft.byteOffset,
        scratch.byteOffset,
      );
      return ((left >>> 0) - byteOffset) / 4;
    },
  };
}
