import type { Block } from '../../lib/data/blocks/index.js';

/**
 * A score that is a sum of steps, such as trees, each of which adds a bounded amount. After some
 * steps this bounds the score that a candidate can still reach.
 */
export interface Additive {
  readonly steps: number;
  /** The value that each sum begins with. */
  readonly start: number;
  /** steps + 1 values: the cost of a row up to each step, in any unit, ascending from 0. */
  readonly cost: Float64Array;
  /** steps + 1 values: the cost of moving a row that stays after a cut at each step, in the same unit. */
  readonly move: Float64Array;
  /** The cost of choosing the rows that stay, at a cut, in the same unit: once a query, and for each row that has come so far. */
  readonly choice: { readonly query: number; readonly row: number };
  /**
   * steps + 1 values: the whole sum exceeds the sum after that many steps by at most this; 0 after
   * all of them.
   */
  readonly most: Float64Array;
  /** The scores of whole sums, bit for bit the model's: they never fall as the sums rise. */
  link(sums: Float64Array): Float64Array;
  /** @param blocks of one query's candidates, in the order in which the model reads them */
  open(blocks: readonly Block[]): PartialSums;
}

/** The sums of some candidates of one query. */
export interface PartialSums {
  /** Adds the steps from `from` on, and before `to`. */
  advance(sums: Float64Array, from: number, to: number): void;
  /** @param places of the candidates that stay, ascending */
  only(places: Int32Array): PartialSums;
}
