import type { Coding } from './coding.js';
import { CODE_SHIFT } from './padded.js';
import { SLOT_BYTES } from './walks.js';

/** Bytes of what the kernel has to know of a column to rank its numbers. */
export const RECORD_BYTES = 20;

/** Five numbers for each column of a coding: see "ranks" in trees.wat. */
export function recordsOf({ begin, half, count, last, first }: Coding, thresholdsAt: number): Int32Array {
  return Int32Array.from(
    [...begin.keys()].flatMap((c) => [
      thresholdsAt + 4 * begin[c] - 4,
      4 * half[c],
      (count[c] + 1) << CODE_SHIFT,
      SLOT_BYTES * last[c],
      SLOT_BYTES * first[c],
    ]),
  );
}
