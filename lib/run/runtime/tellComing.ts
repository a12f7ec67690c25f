import type { Model } from '../../learn/learners/index.js';
import { CallContext, type Interrupt } from './interrupt.js';
import type { Work } from './syncAsync.js';
import { withRow } from './withRow.js';

/** Rows that come to a model, and their positions among those that were given. */
export interface ComingRows {
  readonly rows: readonly unknown[];
  readonly positions: Int32Array;
}

/** Tells a model all rows that it is asked about next. */
export function* tellComing(
  model: Model,
  coming: readonly ComingRows[],
  {
    interrupt,
    degrades,
    ask,
  }: {
    readonly interrupt: Interrupt | undefined;
    readonly degrades: boolean;
    readonly ask?: number | undefined;
  },
): Work<void> {
  const rows = coming.flatMap((each) => each.rows);
  if (rows.length === 0 || model.readAhead === undefined) return;
  try {
    const waiting = model.readAhead(rows, new CallContext(interrupt, ask));
    if (waiting !== undefined) yield interrupt === undefined ? waiting : interrupt.wait(waiting);
  } catch (error) {
    interrupt?.throwIfAborted();
    // Rows that it has no answer for are met again, and degraded, when it is asked about them.
    if (degrades) return;
    const positions = Int32Array.from(coming.flatMap((each) => [...each.positions]));
    throw withRow(error, (row) => positions[row]);
  }
}
