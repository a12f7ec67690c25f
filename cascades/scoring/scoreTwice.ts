import { type Block, consecutive, gather } from '../../lib/data/blocks/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { blaming, scoring } from './asking.js';
import type { Tracker } from './tracker.js';
import { turnsOf } from './turns.js';

/**
 * Asks a model twice about each row of a batch, in the order of `turnsOf`.
 *
 * @param outs the first and the second scores, rows x classes
 * @param coins each batch takes the next ones
 * @param origin positions of the rows, for errors
 */
export async function scoreTwice(
  model: Model,
  blocks: readonly Block[],
  outs: readonly [Float64Array, Float64Array],
  coins: Random,
  tracker: Tracker,
  origin: (row: number) => number | undefined,
): Promise<void> {
  const { classes } = model;
  for (const { ask, rows } of turnsOf(consecutive(0, blocks[0].rows), coins)) {
    tracker.signal?.throwIfAborted();
    tracker.requests?.model(model, rows.length);
    const own = blocks.map((block) => gather(block, rows));
    const scores = new Float64Array(rows.length * classes);
    await blaming(
      (row) => origin(rows[row]),
      () => scoreInto(model, own, scores, scoring(model, tracker, ask)),
    );
    rows.forEach((row, i) => {
      outs[ask].set(scores.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  }
}
