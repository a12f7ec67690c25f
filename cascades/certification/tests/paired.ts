import { pairedLimit, pairedMixturePValue, pairedTable, pairedUpper } from '../../../lib/stats/index.js';
import type { Limit } from '../index.js';
import { type CertificationTable, observe } from '../index.js';
import { leastRejected } from './bounded.js';
import type { Test } from './test.js';

/** What a test of `accuracy` says of n rows, b of them made worse and c better. */
interface PairedRule {
  readonly method: string;
  pValue(b: number, c: number): number;
  upper(b: number, c: number): number;
}

/** Tests of `accuracy`: rows made worse against rows made better. */
export function pairedTest(limit: Limit, delta: number, table: CertificationTable): Test {
  const n = table.full.length;
  const { method, pValue, upper } = pairedRule(limit, n, delta);
  return {
    method: `${method}, fixed sequence`,
    pValue(answers) {
      const { worse, better } = observe(answers, table);
      return pValue(worse, better);
    },
    tally(answers) {
      const { worse, better } = observe(answers, table);
      return { n, lost: worse - better };
    },
    upper(answers) {
      const { worse, better } = observe(answers, table);
      return upper(worse, better);
    },
  };
}

export function pairedRule({ epsilon, method }: Limit, n: number, delta: number): PairedRule {
  if (method === 'split') {
    const upper = (b: number, c: number) => pairedUpper(b, c, n, delta);
    const pValue = (b: number, c: number) => (upper(b, c) <= epsilon ? delta : 1);
    return { method: 'split paired bound, two Clopper-Pearson limits', pValue, upper };
  }
  if (method === 'mixture') {
    const at = (b: number, c: number, limit: number) => pairedMixturePValue(b, c, n, limit);
    return {
      method: 'paired mixture e-value',
      pValue: (b, c) => at(b, c, epsilon),
      upper: (b, c) => leastRejected((limit) => at(b, c, limit) <= delta, 0),
    };
  }
  // The test is monotone in the rows made worse, so one number per count of rows made better decides it.
  const allowed = pairedTable(n, epsilon, delta);
  return {
    method: 'exact unconditional paired test in score order',
    pValue: (b, c) => (b <= allowed(c) ? delta : 1),
    upper: (b, c) => pairedLimit(b, c, n, delta),
  };
}
