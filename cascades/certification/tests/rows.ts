import type { Random } from '../../../lib/stats/index.js';
import type { CertificationTable } from '../index.js';
import { type Limit, lossOn, methodOf } from '../index.js';
import { boundedTest } from './bounded.js';
import type { Test } from './test.js';

/** A bounded loss over the rows that count, in random order: the order that they came in may have a trend. */
export function rowTest(limit: Limit, delta: number, table: CertificationTable, random: Random): Test {
  const order = Int32Array.from(table.full.keys());
  random.fork('row order').shuffle(order);
  const { lost, counts } = lossOn(limit.loss, table);
  return boundedTest(limit, methodOf(limit, 'rows'), delta, 'rows', (answers) => {
    const losses: number[] = [];
    for (const row of order) if (counts(answers[row], row)) losses.push(lost(answers[row], row));
    return { lost: Float64Array.from(losses), counts: new Float64Array(losses.length).fill(1) };
  });
}
