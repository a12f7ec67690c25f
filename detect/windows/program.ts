import type { GreyImage, SumLayout } from '../image/index.js';

/**
 * A cascade of weak trees laid out for windows of an array of integral images: what a node reads is offsets from the
 * window's own entry. Trees, nodes and leaves lie as in a `CascadeModel`.
 */
export interface WindowProgram {
  /** Of the integral images: offsets are by it. */
  readonly layout: SumLayout;
  readonly kind: 'haar' | 'lbp';
  /** Trees of stage s: from `firstTree[s]` to before `firstTree[s + 1]`. */
  readonly firstTree: Int32Array;
  /** A window passes a stage if its sum is at least this. */
  readonly limits: Float32Array;
  readonly firstNode: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /**
   * What each node reads: `POINTS` offsets. Haar: three times four corners, each value is the first less the second
   * and third plus the fourth. LBP: the corners of 3 x 3 blocks, row by row.
   */
  readonly offsets: Int32Array;
  /** Haar: three weights a node. */
  readonly weights: Float32Array;
  /**
   * Haar: whether all weights are whole numbers, and all features too small for single precision to round them: they
   * may be added in integers then.
   */
  readonly isWhole: boolean;
  /** Haar: one a node. */
  readonly thresholds: Float32Array;
  /** LBP: eight words a node. */
  readonly subsets: Int32Array;
  readonly leaves: Float32Array;
  /**
   * Haar: four corners of the sums, then of the squared sums, for the standard deviation in a window, and their
   * pixels.
   */
  readonly norm: Int32Array;
  readonly area: number;
}

/** The length of the longest part, by where parts begin and the last one ends. */
export function longestPart(starts: Int32Array): number {
  return starts.reduce((most, end, i) => Math.max(most, i === 0 ? 0 : end - starts[i - 1]), 0);
}

/** Offsets of a node. */
export const POINTS = { haar: 12, lbp: 16 } as const;

/** Flat: a standard deviation of 10 or less. Such windows of Haar cascades have no sum. */
export const FLAT = -1;

/** Not flat, and not visited, since the window before failed the first stage. */
export const SKIPPED = -2;

/** Writes the integral images of so many rows of a level, from `top` on, as the first rows of their layout. */
export type WriteLevel = (top: number, rows: number) => void;

/** What a runner has room for. */
export interface RunnerSize {
  /** The largest image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Entries of all integral images of a layout together. */
  readonly entries: number;
}

/** Runs rows of windows. One call leaves its results in `stages` and `sums`. */
export interface WindowRunner {
  /** Takes the image whose levels come next; it must not change until they are written. */
  begin(image: GreyImage): void;
  /** Makes the image a level of that size, for a program. */
  level(program: number, width: number, height: number): WriteLevel;
  /** Stages that each window of the row passed, or `FLAT` or `SKIPPED`. */
  readonly stages: Int32Array;
  /** The sum of the last stage that ran, NaN where none did. */
  readonly sums: Float64Array;
  /**
   * @param program which of the runner's programs
   * @param at entry of the first window in the layout; the next ones follow
   * @param count how many windows
   * @param skips whether a window that fails the first stage has the next one skipped
   * @returns how many windows passed all stages
   */
  run(program: number, at: number, count: number, skips: boolean): number;
}

/**
 * What the values of a window's Haar features are multiplied by: one over the area times the standard deviation of
 * its pixels, less a border of one pixel.
 *
 * @param area of the window without its border, in pixels
 * @param sum of these pixels
 * @param squares the sum of their squares
 * @returns in single precision; 0 for a window that is too flat, with a standard deviation of 10 or less
 */
export function normOf(area: number, sum: number, squares: number): number {
  const norm = Math.fround(1 / Math.sqrt(area * squares - sum * sum));
  // NaN and infinity, of a window without any difference, are refused too.
  return area * norm < 0.1 ? norm : 0;
}
