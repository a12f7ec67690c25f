import { type Block, gather } from '../blocks/index.js';
import type { Forest } from './forest.js';
import { keptCodes } from './kept.js';
import { roundsOf } from './rounds.js';

/** Rows to which trees are added in several passes, fewer rows in each. It keeps buffers, but none that another one uses. */
export interface Pass {
  /** Adds the leaves of the trees `from` to before `to` to each row's sum, in the order of the trees. */
  add(sums: Float64Array, from: number, to: number): void;
  /** The same for some of its rows. */
  only(places: Int32Array): Pass;
}

/** Gets rows ready. Their blocks are as many, and as wide, as they were said to be, and stay as they are. */
export type Passes = (blocks: readonly Block[]) => Pass;

/**
 * A forest of one output that is run in passes. Rows are coded once, and what later passes ask of them only where those come to it; where the
 * kernel that does so can't run the forest, each pass codes its rows anew. Sums are those of {@link runForest}, bit for bit.
 *
 * @param widths how many columns each block of its rows has
 *
 * @example
 * const pass = passesOf(forest, [20])([block]);
 * pass.add(sums, 0, 50);
 * pass.only(promising).add(theirSums, 50, 200);
 */
export function passesOf(forest: Forest, widths: readonly number[]): Passes {
  const kept = keptCodes(forest, widths);
  const anew = recoded(forest);
  return (blocks) => kept?.(blocks) ?? anew(blocks);
}

/** The plain way, which the other must agree with. */
export function recoded(forest: Forest): Passes {
  const { advance } = roundsOf(forest);
  const pass: Passes = (blocks) => ({
    add: (sums, from, to) => advance(blocks, sums, from, to),
    only: (places) => pass(blocks.map((block) => gather(block, places))),
  });
  return pass;
}
