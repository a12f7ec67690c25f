import { pairedLimit, pairedTable } from '../../../lib/stats/index.js';
import type { Limit } from '../index.js';
import { type CertificationTable, observe } from '../index.js';
import type { Test } from './test.js';

/** The test of `accuracy`: rows made worse against rows made better. */
export function pairedTest({ epsilon }: Limit, delta: number, table: CertificationTable): Test {
  const n = table.full.length;
  // The test is monotone in the rows made worse, so one number per count of rows made better decides it.
  const allowed = pairedTable(n, epsilon, delta);
  return {
    method: 'exact unconditional paired test in score order, fixed sequence',
    pValue(answers) {
      const { worse, better } = observe(answers, table);
      return worse <= allowed(better) ? delta : 1;
    },
    tally(answers) {
      const { worse, better } = observe(answers, table);
      return { n, lost: worse - better };
    },
    upper(answers) {
      const { worse, better } = observe(answers, table);
      return pairedLimit(worse, better, n, delta);
    },
  };
}
