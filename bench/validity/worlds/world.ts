import type { BoundSpec } from '../certify.js';

/**
 * Rows that are all alike: the stage's confidence, and the answers of the stage, the full model and
 * the truth.
 */
export interface Cell {
  /** Probability of a row of the kind. */
  readonly chance: number;
  /**
   * A plan at level l lets the rows at positions up to l exit: in [0, 1], the stage's most
   * confident first.
   */
  readonly position: number;
  /** Classes. */
  readonly decided: number;
  readonly full: number;
  readonly label: number;
}

/** A kind of group. */
export interface Kind {
  /** Probability that a group is of this kind. */
  readonly share: number;
  /** Rows of a group of this kind. */
  readonly size: number;
  /** Probability that a row repeats its group's common cell instead of being drawn by itself. */
  readonly repeat: number;
  readonly cells: readonly Cell[];
}

/** A finite law of rows and a path: the true risk of every plan follows by summation. */
export interface World {
  readonly name: string;
  readonly question: BoundSpec;
  /** Rows, or groups where `grouped`. */
  readonly n: number;
  readonly classes: number;
  /** Each plan's levels, one for each class. */
  readonly path: readonly (readonly number[])[];
  readonly kinds: readonly Kind[];
  readonly grouped: boolean;
  /** The exact probability of a violation, where it is known. */
  readonly expected?: () => number;
  /** Exit rate of the best possible threshold; by default the exit rate of the path's best plan. */
  readonly oracle?: number;
  /** The number of trials, if it differs from the run's. */
  readonly trials?: number;
}
