import { type Kernel, tryKernel } from '../../../util/wasm.js';
import { loopsKernel } from './loops.wasm.js';
import { BIN, type Loops, plainLoops, subtractBins } from './plainLoops.js';

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
  const [four, one, take] = ['four', 'one', 'take'].map(kernel.run);
  const [write, writePart, flush] = ['write', 'writePart', 'flush'].map(kernel.run);
  const [scan, partition] = ['scan', 'partition'].map(kernel.run);
  return {
    memory: kernel.memory,
    begin: SUMS,
    sum(histogram, columns, rows, derivatives, whole) {
      const from = derivatives.byteOffset;
      const isOnce = rows.length <= MOST_ROWS;
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
            const offset = 8 * BIN * first;
            const into = histogram.byteOffset + offset;
            if (at > 0) flush(i * COLUMN_SUMS, count, into);
            else if (whole && isOnce) writePart(i * COLUMN_SUMS, count, into, whole.byteOffset + offset);
            else write(i * COLUMN_SUMS, count, into);
          }
        }
      }
      if (whole && !isOnce) for (const column of columns) subtractBins(whole, histogram, column);
    },
    take(histogram, columns, rows, derivatives) {
      if (rows.length === 0) return;
      const begin = rows.byteOffset;
      const from = derivatives.byteOffset;
      for (const { bins, first } of columns) {
        take(bins.byteOffset, begin, begin + 4 * rows.length, from, histogram.byteOffset + 8 * BIN * first);
      }
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
