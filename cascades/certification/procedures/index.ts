/** The hypothesis tests of a path, as objects that can be swapped. */

import type { Random } from '../../../lib/stats/index.js';
import { count } from '../../../lib/util/count.js';
import type { UnitSample } from '../../holdout/index.js';
import { boundMethod, kindOf, type Limit, withoutGains } from '../../losses/index.js';
import type { BoundMethod } from '../../types/index.js';
import { type CertificationTable, sampled, samplesOf } from '../table.js';
import { binomial } from './binomial.js';
import { betting, hoeffdingBentkus } from './bounded.js';
import { paired } from './paired.js';
import type { Procedure, Test } from './procedure.js';

export type { LossTotal, Procedure, Test } from './procedure.js';

/** Which test each method is; of `exact`, that of the loss. */
const PROCEDURES: Readonly<Record<BoundMethod, (limit: Limit) => Procedure>> = {
  exact: ({ loss }) => (kindOf(loss).exact === 'paired' ? paired : binomial),
  betting: () => betting,
  'hoeffding-bentkus': () => hoeffdingBentkus,
};

export function procedureFor(limit: Limit, unit: 'rows' | 'groups'): Procedure {
  return PROCEDURES[boundMethod(limit, unit)](limit);
}

/**
 * The test of a limit. Of several samples it is passed only by what passes it on each: one of them is valid, and the
 * others can only refuse. What it counts are units of the last.
 */
export function testOf(limit: Limit, delta: number, table: CertificationTable, random: Random): Test {
  const samples = samplesOf(table);
  const tests = samples.map((sample) => testOn(sample, limit, delta, table, random));
  const [first, last = first] = [tests[0], tests.at(-1)];
  if (tests.length === 1) return first;
  const { seen } = samples[samples.length - 1];
  return {
    method:
      `${first.method}, over all rows and over one of each set of equals` +
      (seen === undefined ? '' : `, of which ${count(seen)} were tuned on and count as lost`),
    pValue: (answers) => tests.reduce((most, test) => Math.max(most, test.pValue(answers)), 0),
    total: last.total,
  };
}

function testOn(
  sample: UnitSample,
  limit: Limit,
  delta: number,
  table: CertificationTable,
  random: Random,
): Test {
  const counted = sample.seen === undefined ? limit : { ...limit, loss: withoutGains(limit.loss) };
  const { table: own, at } = sampled(table, sample);
  const procedure = procedureFor(counted, table.groups === undefined ? 'rows' : 'groups');
  if (own.full.length === 0) {
    return { method: 'no test', pValue: () => 1, total: () => ({ n: 0, lost: 0 }) };
  }
  const test = procedure.on(counted, delta, own, random);
  return {
    method: test.method,
    pValue: (answers) => test.pValue(at(answers)),
    total: (answers) => test.total(at(answers)),
  };
}
