import { type Block, gather, isRowBlock } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import { blaming } from './asking.js';
import { readAhead } from './readAhead.js';
import { scoresOverBlocks } from './scores.js';
import type { Tracker } from './tracker.js';

/**
 * Rows to tune on that a full model is asked again, where it may differ from itself: `PILOT` of them at random, to see
 * how often it does, and the `PROBED` surest of those on which a stage differs from it.
 */
export const [PILOT, PROBED] = [200, 300];

/** The most rows that are asked again, out of so many. */
export function rowsAskedAgain(count: number): number {
  return Math.min(PILOT, count) + Math.min(PROBED, count);
}

/**
 * A model's second scores of some rows, rows x classes.
 *
 * @param blocks those that it reads, over all rows
 * @param origin positions of all rows, for errors
 */
export async function askAgain(
  model: Model,
  blocks: readonly Block[],
  rows: Int32Array,
  origin: Int32Array,
  tracker: Tracker,
): Promise<Float64Array> {
  const own = blocks.map((block) => gather(block, rows));
  const [first] = own;
  const { signal, requests } = tracker;
  return blaming(
    (row) => origin[rows[row]],
    async () => {
      if (isRowBlock(first)) await readAhead(model, Rows.of(first.held), tracker, 1);
      return scoresOverBlocks(model, own, { signal, requests }, 1);
    },
  );
}
