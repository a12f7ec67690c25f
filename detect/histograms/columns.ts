import { type SharedMemory, startSharedKernel, trySharedMemory } from '../../lib/util/sharedWasm.js';
import { type Kernel, tryKernel } from '../../lib/util/wasm.js';
import { CELLS, cellScale } from './binner.js';
import { columnsKernel } from './columns.wasm.js';
import { BINS } from './histograms.js';

/** Bins of Haar features, computed from integral images that lie side by side. The arrays are filled by the caller. */
export interface HaarColumns {
  /**
   * Windows, rounded up to a multiple of four: entry e of window i lies at `e * stride + i`. Those added are copies
   * of the last.
   */
  readonly stride: number;
  readonly sums: Int32Array;
  /** What values are multiplied by, one a window. */
  readonly norms: Float32Array;
  /**
   * Writes a feature's bins to `out` from `to` on: the bits of values in single precision, put into bins by a `Binner`.
   *
   * @param entries of the corners of two or three rectangles: each is the first less the second and third plus the
   *   fourth
   * @param weights one a rectangle
   */
  write(entries: ArrayLike<number>, weights: ArrayLike<number>, out: Uint8Array, to: number): void;
}

/** Lanes of a vector. */
const LANES = 4;
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/** Where columns lie in one memory: each thread has room of its own for one feature, and shares the rest. */
function placesOf(entries: number, windows: number, threads: number) {
  const stride = LANES * Math.ceil(windows / LANES);
  const normsAt = 4 * entries * stride;
  const scratchAt = normsAt + 4 * stride;
  const cells = 4 * stride;
  const range = cells + 4 * stride;
  const counts = range + 8 * LANES;
  const binOf = counts + 4 * CELLS;
  const bins = binOf + CELLS;
  const scratch = bins + stride;
  return {
    stride,
    normsAt,
    scratchAt,
    cells,
    range,
    counts,
    binOf,
    bins,
    scratch,
    bytes: scratchAt + threads * scratch,
  };
}

/**
 * In WebAssembly, four windows at a time.
 *
 * @param entries of a window's integral image
 * @returns undefined where there is no WebAssembly, or no room
 */
export function fastColumns(entries: number, windows: number): HaarColumns | undefined {
  const { bytes } = placesOf(entries, windows, 1);
  const kernel = bytes < MOST_BYTES ? tryKernel(columnsKernel, bytes) : undefined;
  return kernel && columnsOver(kernel.memory, kernel.run, entries, windows, 1, 0);
}

/** Integral images of windows that threads share. It can be sent to threads, which share the memory. */
export interface SharedColumns {
  readonly entries: number;
  readonly windows: number;
  readonly threads: number;
  readonly memory: SharedMemory;
}

/** @returns undefined where there is no WebAssembly, or no room */
export function sharedColumns(entries: number, windows: number, threads: number): SharedColumns | undefined {
  const { bytes } = placesOf(entries, windows, threads);
  const memory = bytes < MOST_BYTES ? trySharedMemory(columnsKernel, bytes) : undefined;
  return memory && { entries, windows, threads, memory };
}

/** The columns of one of the threads, the first is 0. */
export function columnsIn({ entries, windows, threads, memory }: SharedColumns, thread: number): HaarColumns {
  return columnsOver(
    memory.buffer,
    startSharedKernel(columnsKernel, memory),
    entries,
    windows,
    threads,
    thread,
  );
}

function columnsOver(
  memory: ArrayBufferLike,
  run: Kernel['run'],
  entries: number,
  windows: number,
  threads: number,
  thread: number,
): HaarColumns {
  const places = placesOf(entries, windows, threads);
  const { stride, normsAt } = places;
  const valuesAt = places.scratchAt + thread * places.scratch;
  const [cellsAt, rangeAt] = [valuesAt + places.cells, valuesAt + places.range];
  const [countsAt, binOfAt] = [valuesAt + places.counts, valuesAt + places.binOf];
  const binsAt = valuesAt + places.bins;
  const [two, three, cells] = ['two', 'three', 'cells'].map(run);
  const [assign, binsOf] = ['assign', 'bins'].map(run);
  const range = new Float32Array(memory, rangeAt, 2 * LANES);
  const cellOf = new Int32Array(memory, cellsAt, stride);
  const counts = new Int32Array(memory, countsAt, CELLS);
  const bins = new Uint8Array(memory, binsAt, windows);
  return {
    stride,
    sums: new Int32Array(memory, 0, entries * stride),
    norms: new Float32Array(memory, normsAt, stride),
    write(e, w, out, to) {
      const at = (i: number) => 4 * stride * e[i];
      const size = 4 * stride;
      if (w.length === 2) {
        two(
          at(0),
          at(1),
          at(2),
          at(3),
          at(4),
          at(5),
          at(6),
          at(7),
          w[0],
          w[1],
          normsAt,
          valuesAt,
          size,
          rangeAt,
        );
      } else {
        const [a, b, c] = [w[0], w[1], w[2]];
        const [i, j, k, l] = [at(8), at(9), at(10), at(11)];
        three(
          ...[at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), i, j, k, l],
          ...[a, b, c, normsAt, valuesAt, size, rangeAt],
        );
      }
      const least = Math.min(range[0], range[1], range[2], range[3]);
      const scale = cellScale(least, Math.max(range[4], range[5], range[6], range[7]));
      if (scale === 0) {
        out.fill(0, to, to + windows);
        return;
      }
      counts.fill(0);
      cells(valuesAt, size, least, scale, cellsAt, countsAt);
      counts[cellOf[windows - 1]] -= stride - windows;
      assign(countsAt, countsAt + 4 * CELLS, binOfAt, BINS / windows);
      binsOf(cellsAt, windows, binOfAt, binsAt);
      out.set(bins, to);
    },
  };
}
