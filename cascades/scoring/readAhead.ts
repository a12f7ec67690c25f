import type { Rows } from '../../lib/data/rows/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import { withRow } from '../../lib/run/runtime/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Tracker } from './tracker.js';

/** Rows read at a time where they aren't in memory. */
const CHUNK = 1024;

/**
 * Tells a model of rows all rows of a round before it is asked about any: one that is asked in batches sends them as one.
 *
 * @param asks which time it is asked; or coins, and it is asked twice, and told both at once. A coin for each row says which
 *   comes first: what changes with time changes both alike
 */
export async function readAhead<Row>(
  model: Model,
  rows: Pick<Rows<Row>, 'held' | 'origin' | 'length' | 'batches'>,
  { signal, requests }: Tracker,
  asks: number | Random = 0,
): Promise<void> {
  if (model.readAhead === undefined || !model.readsRows || rows.length === 0) return;
  const all: Row[] = [...(rows.held ?? [])];
  if (rows.held === undefined) {
    for await (const chunk of rows.batches(CHUNK, signal)) all.push(...chunk);
  }
  const tell = async (ask: number, positions: Int32Array): Promise<void> => {
    if (positions.length === 0) return;
    const own = Array.from(positions, (row) => all[row]);
    try {
      await model.readAhead?.(own, {
        signal,
        onRetry: requests && ((retried) => requests.model(model, retried)),
        onSpend: requests?.money && ((most) => requests.money?.(model, most)),
        ask,
      });
    } catch (error) {
      throw withRow(error, (row) => rows.origin[positions[row]]);
    }
  };
  const each = Int32Array.from(all.keys());
  if (typeof asks === 'number') return tell(asks, each);
  const own = asks.fork('read ahead');
  const isAhead = each.map(() => (own.uniform() < 0.5 ? 1 : 0));
  const ahead = each.filter((row) => isAhead[row] === 1);
  const behind = each.filter((row) => isAhead[row] === 0);
  // Told in one turn, and in the order in which they are to be asked.
  await Promise.all([tell(0, ahead), tell(1, behind), tell(1, ahead), tell(0, behind)]);
}
