import { checkAllOf } from '#sound';
import { FeatureError } from '../../errors.js';
import type { Feature } from './feature.js';
import { accessorOf } from './sources.js';
import type { Source } from './view.js';

/**
 * How a feature checks rows that declares what it reads of one. What a transform makes isn't checked: it may take long.
 *
 * @param fault what is wrong with a value, for `compute` too; undefined: nothing
 */
export function rowCheck<Row>(
  source: Source<Row, unknown>,
  fault: (value: unknown) => string | undefined,
): Pick<Feature<Row>, 'check' | 'checkAll'> {
  const read = accessorOf(source);
  if (read === undefined) return {};
  const test = (value: unknown) => {
    const what = fault(value);
    if (what !== undefined) throw new FeatureError('', undefined, what);
  };
  return { check: (row) => test(read(row)), checkAll: checkAllOf(source, test) };
}
