import { EXITING, rowsForBet, type SampleDesign } from '../../cascades/internal.js';
import type { Random } from '../../lib/stats/index.js';

/** What the plans of a path do with the rows that may be drawn to test them: so many leave, and leave with another answer. */
export interface PlansSeen {
  readonly leaves: readonly number[];
  readonly differs: readonly number[];
}

/** A test in excess. */
export interface ExcessTest {
  readonly design: SampleDesign;
  /** Rows that may be drawn, and the most that all of these may lose. */
  readonly open: number;
  readonly allowed: number;
  readonly delta: number;
  /** The share of rows that the model answers in two ways. */
  readonly flips: number;
}

/** The last plan that is thought to pass, where what the sample loses is drawn about its mean; -1 where none is. */
export function lastWon(
  { leaves, differs }: PlansSeen,
  { design: { plans, count }, open, allowed, delta, flips }: ExcessTest,
  random: Random,
): number {
  if (count === 0) return -1;
  const bets = count / (1 - count / open);
  let [passed, drift, before] = [-1, 0, 0];
  for (let j = 0; j < plans; j++) {
    const own = (flips * leaves[j]) / open;
    const spread = differs[j] / open + own;
    drift += Math.sqrt(Math.max(0, spread - before) / count) * random.normal();
    before = spread;
    const mean = differs[j] / open - EXITING * own + drift;
    if (!(rowsForBet(allowed / open - mean, spread, delta) <= bets)) break;
    passed = j;
  }
  return passed;
}
