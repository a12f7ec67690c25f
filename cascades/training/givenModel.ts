import type { Block } from '../../lib/blocks/index.js';
import type { Learner } from '../../lib/learners/index.js';
import type { FullOption } from '../problem/index.js';
import { scoresOverBlocks, type Timing, type Tracker, timedScores } from '../scoring/index.js';

/**
 * A full model that was given trained, with its scores of every row; with `timing`, also the times
 * of the first of them.
 *
 * @param blocks one a feature, in the order of `names`
 * @returns also the blocks that it reads
 */
export async function givenModel(
  full: Exclude<FullOption<unknown>, Learner>,
  names: readonly string[],
  blocks: readonly Block[],
  timing: Timing | undefined,
  tracker: Tracker,
) {
  const reads = full.reads ?? names;
  const read = reads.map((name) => blocks[names.indexOf(name)]);
  const scored = timing
    ? await timedScores(full, read, timing, tracker)
    : { scores: await scoresOverBlocks(full, read, tracker), timed: undefined, sizeOf: undefined };
  const { fingerprint = full.name, options, price } = full;
  return { read, own: { model: full, reads, learner: undefined, fingerprint, options, price, ...scored } };
}
