/** The hypothesis tests of a path, as objects that can be swapped. */

import type { Random } from '../../../lib/stats/index.js';
import type { BoundMethod } from '../../types/index.js';
import { type Limit, methodOf } from '../boundSpec.js';
import { isSigned } from '../lossFacts.js';
import { type CertificationTable, tableAt } from '../table.js';
import { binomial } from './binomial.js';
import { betting, hoeffdingBentkus } from './bounded.js';
import { paired } from './paired.js';
import type { Procedure, Test } from './procedure.js';

export type { Procedure, Tally, Test } from './procedure.js';

/** Which test each method is; of `exact`, that of the loss. */
const PROCEDURES: Readonly<Record<BoundMethod, (limit: Limit) => Procedure>> = {
  exact: ({ loss }) => (isSigned(loss) ? paired : binomial),
  betting: () => betting,
  'hoeffding-bentkus': () => hoeffdingBentkus,
};

export function procedureFor(limit: Limit, unit: 'rows' | 'groups'): Procedure {
  return PROCEDURES[methodOf(limit, unit)](limit);
}

/**
 * The test of a limit. Where rows repeat it is passed only by what passes it over all rows and over one row of each draw:
 * whichever are the independent ones, the rows or the draws, that test alone is valid, and the other can only refuse.
 * What it counts are draws.
 */
export function testOf(limit: Limit, delta: number, table: CertificationTable, random: Random): Test {
  const { draws, groups } = table;
  const procedure = procedureFor(limit, groups === undefined ? 'rows' : 'groups');
  const all = procedure.on(limit, delta, table, random);
  if (draws === undefined) return all;
  const at = (answers: Float64Array) => Float64Array.from(draws, (row) => answers[row]);
  if (draws.length === 0) {
    return { method: all.method, pValue: () => 1, tally: () => ({ n: 0, lost: 0 }) };
  }
  const one = procedureFor(limit, 'rows').on(limit, delta, tableAt(table, draws), random);
  return {
    method: `${all.method}, over all rows and over one of each set of equals`,
    pValue: (answers) => Math.max(all.pValue(answers), one.pValue(at(answers))),
    tally: (answers) => one.tally(at(answers)),
  };
}
