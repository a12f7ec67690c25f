import { REASONS } from '../../lib/report/words/index.js';
import { count } from '../../lib/util/count.js';
import { withEither } from '../holdout/index.js';
import {
  type BoundSpec,
  boundMethod,
  inWords,
  type Limit,
  levelOf,
  limitsOf,
  stated,
} from '../losses/index.js';
import type { Label, Repeating } from '../types/index.js';
import type { Tested } from './certifyPath.js';
import { unitsNeededFor } from './unitsNeeded.js';

/** Each limit's part of a certificate where no plan was tested on the `n` units. */
export function untested(spec: BoundSpec, n: number, unit: 'rows' | 'groups'): Tested[] {
  return limitsOf(spec).map((limit) => {
    const needed = unitsNeededFor(limit, levelOf(spec), unit);
    return {
      method: 'none',
      bound: boundMethod(limit, unit),
      n,
      lost: 0,
      upper: null,
      rowsNeeded: n < needed ? needed : null,
    };
  });
}

/**
 * Which limit has too few units, and how many it needs, in words; null where there are enough.
 *
 * @param repeating what equal rows count as
 */
export function shortage(
  spec: BoundSpec,
  tested: readonly Tested[],
  classes: readonly Label[],
  unit: 'rows' | 'groups',
  repeating?: Repeating,
): string | null {
  const limits = limitsOf(spec);
  const i = tested.findIndex(({ rowsNeeded }) => rowsNeeded !== null);
  if (i < 0) return null;
  const { n, rowsNeeded, method } = tested[i];
  const such = unit === 'groups' ? '' : ofClass(limits[i], classes);
  // Classes of rows are unknown until rows are looked at.
  const [have, need] = method === 'none' ? ['', such] : [such, ''];
  const where = limits.length > 1 ? ` (bound.all[${i}])` : such === '' ? '' : ' (bound.loss)';
  const few = REASONS.tooFew(`${unit}${have}`, n, `${count(rowsNeeded ?? 0)}${need}`);
  return withEither(`${few}${where}`, repeating);
}

function ofClass({ loss }: Limit, classes: readonly Label[]): string {
  const { rows } = inWords(stated(loss, classes));
  return rows && ` ${rows}`;
}
