/** The hypothesis tests of a path, as objects that can be swapped. */

import type { Random } from '../../../lib/stats/index.js';
import { type CertificationTable, type Limit, methodOf, tableAt } from '../index.js';
import { binomialTest } from './binomial.js';
import { groupTest } from './groups.js';
import { pairedTest } from './paired.js';
import { rowTest } from './rows.js';
import type { Test } from './test.js';

export { losslessPValue } from './bounded.js';
export type { Tally, Test } from './test.js';

/**
 * The test that a limit asks for. Where rows repeat it is passed only by what passes it over all rows and over one row of
 * each draw: whichever are the independent ones, the rows or the draws, that test alone is valid, and the other can only
 * refuse. What it counts are draws.
 */
export function testOf(limit: Limit, delta: number, table: CertificationTable, random: Random): Test {
  const { draws } = table;
  const all = simpleTest(limit, delta, table, random);
  if (draws === undefined) return all;
  const at = (answers: Float64Array) => Float64Array.from(draws, (row) => answers[row]);
  if (draws.length === 0) {
    return { method: all.method, pValue: () => 1, tally: () => ({ n: 0, lost: 0 }), upper: () => 1 };
  }
  const one = simpleTest(limit, delta, tableAt(table, draws), random);
  return {
    method: `${all.method}, over all rows and over one of each set of equals`,
    pValue: (answers) => Math.max(all.pValue(answers), one.pValue(at(answers))),
    tally: (answers) => one.tally(at(answers)),
    upper: (answers) => Math.max(all.upper(answers), one.upper(at(answers))),
  };
}

function simpleTest(limit: Limit, delta: number, table: CertificationTable, random: Random): Test {
  if (table.groups !== undefined) return groupTest(limit, delta, table, table.groups, random);
  const method = methodOf(limit, 'rows');
  if (method === 'betting' || method === 'hoeffding-bentkus') return rowTest(limit, delta, table, random);
  return limit.loss === 'accuracy' ? pairedTest(limit, delta, table) : binomialTest(limit, delta, table);
}
