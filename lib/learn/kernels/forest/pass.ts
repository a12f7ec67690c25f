import type { Block } from '../../../data/blocks/index.js';

/** Rows to which trees are added in several passes, fewer rows in each. It keeps buffers, but none that another one uses. */
export interface Pass {
  /** Adds the leaves of the trees `from` to before `to` to each row's sum, in the order of the trees. */
  add(sums: Float64Array, from: number, to: number): void;
  /** The same for some of its rows. */
  only(places: Int32Array): Pass;
}

/** Prepares rows. Their blocks must be as many, and as wide, as declared, and must not change. */
export type Passes = (blocks: readonly Block[]) => Pass;
