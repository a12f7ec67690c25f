import type { Random } from '../../../lib/stats/index.js';
import type { CertificationTable } from '../index.js';
import { type Limit, lossOn, methodOf } from '../index.js';
import { boundedTest } from './bounded.js';
import type { Test } from './test.js';

/** The unit is the group: its loss is the mean over its rows, as is what counts of it. */
export function groupTest(
  limit: Limit,
  delta: number,
  table: CertificationTable,
  groups: Int32Array,
  random: Random,
): Test {
  const keys = Int32Array.from(new Set(groups));
  random.fork('group order').shuffle(keys);
  const position = new Map(Array.from(keys, (key, i) => [key, i]));
  const units = groups.map((key) => position.get(key) ?? 0);
  const sizes = new Float64Array(keys.length);
  for (const unit of units) sizes[unit]++;
  const { lost, counts } = lossOn(limit.loss, table);
  const meansOf = (of: (row: number) => number) => {
    const sums = new Float64Array(keys.length);
    for (let row = 0; row < units.length; row++) sums[units[row]] += of(row);
    return sums.map((sum, unit) => sum / sizes[unit]);
  };
  return boundedTest(limit, methodOf(limit, 'groups'), delta, 'groups', (answers) => ({
    lost: meansOf((row) => lost(answers[row], row)),
    counts: meansOf((row) => Number(counts(answers[row], row))),
  }));
}
