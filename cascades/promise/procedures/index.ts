import type { Random } from '../../../lib/stats/index.js';
import { type Limit, methodOf } from '../question.js';
import type { CertificationTable } from '../table.js';
import { binomialTest } from './binomial.js';
import { groupTest } from './groups.js';
import { pairedTest } from './paired.js';
import { rowTest } from './rows.js';
import type { Test } from './test.js';

export { losslessPValue } from './bounded.js';
export { pairedRule } from './paired.js';
export type { Tally, Test } from './test.js';

/** The test that a limit asks for. */
export function testOf(limit: Limit, delta: number, table: CertificationTable, random: Random): Test {
  if (table.groups !== undefined) return groupTest(limit, delta, table, table.groups, random);
  const method = methodOf(limit, 'rows');
  if (method === 'betting' || method === 'hoeffding-bentkus') return rowTest(limit, delta, table, random);
  return limit.loss === 'accuracy' ? pairedTest(limit, delta, table) : binomialTest(limit, delta, table);
}
