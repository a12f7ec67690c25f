import type { Random } from '../../lib/stats/index.js';
import { log1p } from '../../lib/util/math/index.js';

/** The state of drawing rows: plain data. */
export interface Draws {
  /** Rows drawn so far. */
  readonly drawn: number;
  /** Rows to pass over before the next one. */
  readonly next: number;
}

export function drawsStart(random: Random, rate: number): Draws {
  return { drawn: 0, next: gap(random, 0, rate) };
}

/**
 * Draws each of the next `count` rows with probability `rate`, independently: gaps between drawn rows are geometric, so
 * that rows which aren't drawn cost nothing.
 *
 * @returns positions of the drawn rows among them, ascending, and the new state of the drawing
 */
export function drawAmong(
  { drawn, next }: Draws,
  count: number,
  random: Random,
  rate: number,
): { readonly positions: readonly number[]; readonly draws: Draws } {
  const positions: number[] = [];
  let at = next;
  while (at < count) {
    positions.push(at);
    at += 1 + gap(random, drawn + positions.length, rate);
  }
  return { positions, draws: { drawn: drawn + positions.length, next: at - count } };
}

/**
 * By inversion. Each gap has a stream of its own, so the state of the drawing is a number that can
 * be saved.
 */
function gap(random: Random, drawn: number, rate: number): number {
  return Math.floor(log1p(-random.fork(`gap ${drawn}`).uniform()) / log1p(-rate));
}
