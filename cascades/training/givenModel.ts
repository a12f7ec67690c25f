import type { Block } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import { type FullOption, featuresRead } from '../problem/index.js';
import {
  blaming,
  modelInputs,
  readAhead,
  scoresOverBlocks,
  type Timing,
  type Tracker,
  timedScores,
} from '../scoring/index.js';

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
  rows: Pick<Rows<unknown>, 'held' | 'origin' | 'length' | 'batches'>,
  timing: Timing | undefined,
  tracker: Tracker,
) {
  const { held = [], origin } = rows;
  const reads = featuresRead(full, names);
  await readAhead(full, rows, tracker);
  const read = modelInputs(
    full,
    () => held,
    () => reads.map((name) => blocks[names.indexOf(name)]),
  );
  const scored = await blaming(
    (row) => origin[row],
    async () =>
      timing
        ? timedScores(full, read, timing, tracker)
        : { scores: await scoresOverBlocks(full, read, tracker), timed: undefined, sizeOf: undefined },
  );
  const { fingerprint = full.name, options, price } = full;
  return { read, own: { model: full, reads, learner: undefined, fingerprint, options, price, ...scored } };
}
