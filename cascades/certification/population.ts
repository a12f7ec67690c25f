import { count } from '../../lib/util/count.js';
import type { Repeating } from '../types/index.js';

/**
 * The rows that a promise is about, in words that follow 'on'.
 *
 * @param drawn how many units were drawn for the certificate
 */
export function populationOf(
  drawn: number,
  unit: 'rows' | 'groups',
  repeating: Repeating | undefined,
): string {
  const rows = `data drawn like the ${count(drawn)} certification ${unit}`;
  if (repeating === undefined) return rows;
  return {
    draws: `${rows}, where equal rows are draws of their own`,
    copies: `originals drawn like the ${count(drawn)} certification rows, however often each is copied`,
    either: `${rows}: over all rows if equal rows are independent draws, and over different rows if they are copies`,
  }[repeating.are];
}
