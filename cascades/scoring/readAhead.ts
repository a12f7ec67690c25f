import type { Rows } from '../../lib/data/rows/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { blaming, scoring } from './asking.js';
import type { Tracker } from './tracker.js';
import { type AskingTurn, turnsOf } from './turns.js';

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
  tracker: Tracker,
  asks: number | Random = 0,
): Promise<void> {
  if (model.readAhead === undefined || !model.readsRows || rows.length === 0) return;
  const all: Row[] = [...(rows.held ?? [])];
  if (rows.held === undefined) {
    for await (const chunk of rows.batches(CHUNK, tracker.signal)) all.push(...chunk);
  }
  const tell = ({ ask, rows: positions }: Pick<AskingTurn, 'rows'> & { readonly ask: number }) =>
    blaming(
      (row) => rows.origin[positions[row]],
      () =>
        model.readAhead?.(
          Array.from(positions, (row) => all[row]),
          scoring(model, tracker, ask),
        ),
    );
  const each = Int32Array.from(all.keys());
  if (typeof asks === 'number') return tell({ ask: asks, rows: each });
  // Told in one turn of the event loop, and in the order in which they are to be asked.
  await Promise.all(turnsOf(each, asks.fork('read ahead')).map(tell));
}
