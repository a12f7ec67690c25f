import { accessorOf } from '#sources';
import { FeatureError } from '../../errors.js';
import type { Source } from './view.js';

/**
 * `Feature.check` of a feature that declares what it reads of a row. What a transform makes isn't checked: it may
 * take long.
 *
 * @param fault what is wrong with a value, for `compute` too; undefined: nothing
 */
export function rowCheck<Row>(
  source: Source<Row, unknown>,
  fault: (value: unknown) => string | undefined,
): ((row: Row) => void) | undefined {
  const read = accessorOf(source);
  if (read === undefined) return undefined;
  return (row) => {
    const what = fault(read(row));
    if (what !== undefined) throw new FeatureError('', undefined, what);
  };
}
