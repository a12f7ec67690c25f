import { type Block, gather } from '../../lib/data/blocks/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { blaming, scoring } from './asking.js';
import type { Tracker } from './tracker.js';

/**
 * Asks a model twice about each row of a batch. A coin for each row says which of its two answers comes first, so that
 * whatever changes with time changes both alike: given the row they are exchangeable, as far as the model has no memory
 * of the row.
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
  const ahead: number[] = [];
  const behind: number[] = [];
  for (let row = 0; row < blocks[0].rows; row++) (coins.uniform() < 0.5 ? ahead : behind).push(row);
  const ask = async (time: 0 | 1, asked: readonly number[]) => {
    if (asked.length === 0) return;
    tracker.signal?.throwIfAborted();
    tracker.requests?.model(model, asked.length);
    const rows = Int32Array.from(asked);
    const own = blocks.map((block) => gather(block, rows));
    const scores = new Float64Array(rows.length * classes);
    await blaming(
      (row) => origin(rows[row]),
      () => scoreInto(model, own, scores, scoring(model, tracker, time)),
    );
    rows.forEach((row, i) => {
      outs[time].set(scores.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  };
  // Each of the four parts is half a batch: a row's two answers are as far apart whichever comes first.
  await ask(0, ahead);
  await ask(1, behind);
  await ask(1, ahead);
  await ask(0, behind);
}
