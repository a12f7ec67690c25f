import { cost } from '../../lib/report/words/index.js';
import { grouped } from '../../lib/util/count.js';
import { fullCost, subsetCost } from '../costs/index.js';
import type { Planning } from '../plan/index.js';
import type { Run } from '../problem/index.js';
import type { Label } from '../types/index.js';

/** A search that answers so many rows before it has saved what it took is worth it to few. */
const MANY_ROWS = 1e7;

/**
 * Says in a sentence that there is little to gain: where what a row costs beyond the cheapest stage takes more than
 * {@link MANY_ROWS} rows to make up for the seconds of `tune`. Nothing is left out for it.
 *
 * @param seconds that `tune` takes in all
 * @returns undefined where there is more to gain, and where costs are prices
 */
export function smallPrize<Row, L extends Label, Name extends string>(
  { learners }: Pick<Run<Row, L, Name>, 'learners'>,
  { profile, reads, objective, names }: Pick<Planning<L, Name>, 'profile' | 'reads' | 'objective' | 'names'>,
  seconds: number,
): string | undefined {
  if (objective === 'price') return undefined;
  const whole = fullCost(profile, reads, objective);
  const called = learners.map(({ name }) => name);
  const least = Math.min(...names.map((name) => subsetCost(profile, [name], called, objective)));
  const gain = Math.max(0, whole - least);
  const rows = (seconds * 1e6) / gain;
  if (rows <= MANY_ROWS) return undefined;
  const back =
    gain > 0
      ? `tune takes about ${grouped(seconds, 2)} s, as much as ${grouped(rows, 2)} rows can save`
      : 'no feature alone costs less';
  return `A small prize: the full model takes ${cost(whole, 'µs')} a row, at most ${cost(gain, 'µs')} to gain; ${back}.`;
}
