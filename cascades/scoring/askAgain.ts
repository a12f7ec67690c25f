import { type Block, gather, isRowBlock } from '../../lib/data/blocks/index.js';
import { Rows } from '../../lib/data/rows/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import { blaming, scoring } from './asking.js';
import { BATCH } from './batches.js';
import { readAhead } from './readAhead.js';
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
  const { classes } = model;
  const scores = new Float64Array(rows.length * classes);
  const [first] = blocks;
  if (isRowBlock(first)) {
    const all = Rows.of(Array.from(rows, (row) => first.held[row]));
    await blaming(
      (row) => origin[rows[row]],
      () => readAhead(model, all, tracker, 1),
    );
  }
  for (let from = 0; from < rows.length; from += BATCH) {
    tracker.signal?.throwIfAborted();
    const some = rows.subarray(from, from + BATCH);
    tracker.requests?.model(model, some.length);
    const own = blocks.map((block) => gather(block, some));
    await blaming(
      (row) => origin[some[row]],
      () =>
        scoreInto(
          model,
          own,
          scores.subarray(from * classes, (from + some.length) * classes),
          scoring(model, tracker, 1),
        ),
    );
  }
  return scores;
}
