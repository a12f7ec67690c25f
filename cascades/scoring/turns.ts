import type { Random } from '../../lib/stats/index.js';

/** Rows that are asked about together. */
export interface AskingTurn {
  /** Which time they are asked about: the first, 0, or the second, 1. */
  readonly ask: 0 | 1;
  readonly rows: Int32Array;
}

/**
 * The order in which rows are asked about twice. A coin for each row says which of its two answers comes first, so that
 * whatever changes with time changes both alike: given the row they are exchangeable, as far as the model has no memory of
 * it. Each turn is half of the rows: a row's two answers are as far apart whichever comes first.
 *
 * @param coins one is drawn for each row, in their order
 * @returns no turn without rows
 */
export function turnsOf(rows: Int32Array, coins: Random): AskingTurn[] {
  const isAhead = Array.from(rows, () => coins.uniform() < 0.5);
  const ahead = rows.filter((_, i) => isAhead[i]);
  const behind = rows.filter((_, i) => !isAhead[i]);
  const turns: AskingTurn[] = [
    { ask: 0, rows: ahead },
    { ask: 1, rows: behind },
    { ask: 1, rows: ahead },
    { ask: 0, rows: behind },
  ];
  return turns.filter((turn) => turn.rows.length > 0);
}
