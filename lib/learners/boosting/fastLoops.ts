import { type Kernel, tryKernel } from '../../wasm.js';
import { loopsKernel } from './loops.wasm.js';
import { BIN, type Loops, plainLoops } from './plainLoops.js';

/** Loops of a kernel, and its memory, which must hold their arrays from `begin` on. */
export interface FastLoops extends Loops {
  readonly memory: ArrayBuffer;
  readonly begin: number;
}

/** The kernel's own sums: four columns of 256 bins, 16 bytes each. */
const COLUMN_SUMS = 16 * 256;
const SUMS = 4 * COLUMN_SUMS;
/** More rows at once could spill over in these sums. */
const MOST_ROWS = 2 ** 20 - 1;
/** Fewer bins are scanned before a call has begun. */
const FEW_BINS = 12;
/** The range of 32-bit addresses, less a margin for whole pages. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/** @returns undefined if there is no WebAssembly, or no room for `bytes` bytes */
export function fastLoops(bytes: number): FastLoops | undefined {
  const kernel = SUMS + bytes < MOST_BYTES ? tryKernel(loopsKernel, SUMS + bytes) : undefined;
  return kernel && loopsOf(kernel);
}

function loopsOf(kernel: Kernel): FastLoops {
  const [four, one, write, flush] = ['four', 'one', 'write', 'flush'].map(kernel.run);
  const [subtract, scan, partition] = ['subtract', 'scan', 'partition'].map(kernel.run);
  return {
    memory: kernel.memory,
    begin: SUMS,
    sum(histogram, columns, rows, derivatives) {
      const from = derivatives.byteOffset;
      if (rows.length === 0) plainLoops.sum(histogram, columns, rows, derivatives);
      for (let at = 0; at < rows.length; at += MOST_ROWS) {
        const begin = rows.byteOffset + 4 * at;
        const end = rows.byteOffset + 4 * Math.min(rows.length, at + MOST_ROWS);
        for (let c = 0; c < columns.length; ) {
          const together = c + 4 <= columns.length ? 4 : 1;
          const bins = (i: number) => columns[c + i].bins.byteOffset;
          if (together === 4) four(bins(0), bins(1), bins(2), bins(3), begin, end, from, 0);
          else one(bins(0), begin, end, from, 0);
          for (let i = 0; i < together; i++, c++) {
            const { first, count } = columns[c];
            const into = histogram.byteOffset + 8 * BIN * first;
            if (at === 0) write(i * COLUMN_SUMS, count, into);
            else flush(i * COLUMN_SUMS, count, into);
          }
        }
      }
    },
    subtract(node, child) {
      subtract(node.byteOffset, child.byteOffset, node.length);
    },
    scan(histogram, from, to, before, cut) {
      if (to - from < FEW_BINS * BIN) return plainLoops.scan(histogram, from, to, before, cut);
      const { byteOffset } = histogram;
      const left = before < 0 ? 0 : byteOffset + 8 * before;
      const found = scan(byteOffset + 8 * from, byteOffset + 8 * to, left, cut.byteOffset) >>> 0;
      return found === 0 ? -1 : (found - byteOffset) / 8;
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
