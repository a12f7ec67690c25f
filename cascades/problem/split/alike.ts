import { type Equals, whereKnown } from '../../../lib/data/rows/index.js';
import { DataError } from '../../../lib/errors.js';
import { count } from '../../../lib/util/count.js';
import { type Contents, EITHER, refuseUsed } from '../../holdout/index.js';
import type { RowSplit } from './types.js';

/** @throws DataError if so few rows differ that a model would be fitted on a single class */
export function checkClasses({ first, copies }: Equals, split: RowSplit, codes: Float64Array): void {
  const { development, rounds } = split;
  const fits = rounds.map(({ fit }) => new Set(Array.from(fit, (at) => codes[development[at]])).size);
  if (fits.every((classes) => classes > 1)) return;
  throw new DataError(
    `rows: ${count(first.length - copies)} of ${count(first.length)} differ, and equal rows stay in one fold, so ` +
      `some model would be fitted on a single class; ${EITHER}`,
  );
}

/** @throws UsedRows for rows to certify on that equal one to tune on, or are of a group that has some there */
export function refuseTuned(certify: Contents, tuned: Contents): void {
  refuseUsed(
    whereKnown(certify.rows.keys, new Set(tuned.rows.keys)),
    whereKnown(certify.groups ?? new Float64Array(0), new Set(tuned.groups)),
    certify.rows.keys.length,
    {
      where: 'of certify.rows ',
      equal: 'equal rows to tune on',
      grouped: 'are of groups that have rows to tune on',
    },
  );
}
