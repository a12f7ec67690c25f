import type { Block } from '../blocks/index.js';

/** The rows among which a query ranks. */
export interface Candidates {
  readonly rows: number;
  /** What errors call the features. @defaultValue their positions */
  readonly names?: readonly string[];
  /** The block of one feature, for some candidates in their order, or for all. */
  block(feature: number, rows?: Int32Array): Block | Promise<Block>;
}

/**
 * A score that is a sum of steps, such as trees or features, each of which adds a bounded amount: after some of them, what a
 * candidate can still reach is known.
 */
export interface Additive {
  readonly steps: number;
  /** After how many steps a cut is worth trying, beside the usual ones. */
  readonly marks?: readonly number[];
  /** What each sum begins with. */
  readonly start: number;
  /** steps + 1: what a row costs up to each step, in whatever unit, ascending from 0. */
  readonly cost: Float64Array;
  /** steps + 1: what it costs to go on with a row that was left by a cut after so many steps, in the same unit. */
  readonly move: Float64Array;
  /** What choosing whom to go on with costs at a cut, in the same unit: a query, and each candidate that it has left by then. */
  readonly choice: { readonly query: number; readonly row: number };
  /**
   * steps + 1: no whole sum, as {@link Adding.whole} gives it, is above that after so many steps by more than this. After all of them
   * it is how far the two may be apart, either way.
   */
  readonly most: Float64Array;
  /** The scores that sums stand for, bit for bit the model's: they never fall as the sums rise. */
  link(sums: Float64Array): Float64Array;
  open(candidates: Candidates): Awaitable<Adding>;
}

type Awaitable<T> = T | Promise<T>;

/** The sums of some candidates of one query. */
export interface Adding {
  /** Adds the steps from `from` on, and before `to`. */
  advance(sums: Float64Array, from: number, to: number): Awaitable<void>;
  /** The same candidates, less those that aren't at one of these places, ascending. */
  only(places: Int32Array): Adding;
  /** Whole sums, bit for bit those that the model itself adds up, given those of all steps in their order here. */
  whole(sums: Float64Array): Awaitable<Float64Array>;
}
