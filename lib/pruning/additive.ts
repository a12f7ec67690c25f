import type { Block } from '../blocks/index.js';

/** The rows among which a query ranks. */
export interface Candidates {
  readonly rows: number;
  /** The block of one feature, for some candidates in their order, or for all. */
  block(feature: number, rows?: Int32Array): Block | Promise<Block>;
}

/**
 * A score that is a sum of steps, such as trees or features, each of which adds a bounded amount: after some of them, what a
 * candidate can still reach is known.
 */
export interface Additive {
  readonly steps: number;
  /** What each sum begins with. */
  readonly start: number;
  /** steps + 1: what a row costs up to each step, in whatever unit, ascending from 0. */
  readonly cost: Float64Array;
  /** Whether finishing a row begins anew, rather than with the steps that are left. */
  readonly restarts: boolean;
  /** steps + 1: no sum, as {@link Adding.finish} gives it, is above that after so many steps by more than this. */
  readonly most: Float64Array;
  /** The scores that sums stand for, bit for bit the model's: they never fall as the sums rise. */
  link(sums: Float64Array): Float64Array;
  open(candidates: Candidates): Adding;
}

/** The sums of one query's candidates. */
export interface Adding {
  /**
   * Adds the steps from `from` on, and before `to`.
   *
   * @param rows ascending candidates, or undefined for all
   * @param sums of those, in their order
   */
  advance(
    rows: Int32Array | undefined,
    sums: Float64Array,
    from: number,
    to: number,
  ): undefined | Promise<void>;
  /** The whole sums of such candidates, bit for bit those that the model itself adds up. */
  finish(
    rows: Int32Array | undefined,
    sums: Float64Array,
    from: number,
  ): Float64Array | Promise<Float64Array>;
}
