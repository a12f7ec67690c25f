import { pairedAllowed, pairedLimit, pairedTable } from '../../../lib/stats/index.js';
import { observe } from '../table.js';
import type { Procedure } from './procedure.js';

/** The exact unconditional test of `accuracy`, rows made worse against rows made better. See `lib/stats` for its source. */
export const paired: Procedure = {
  on({ epsilon }, delta, table) {
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
  },
  passesLossless: ({ epsilon }, n, delta) => pairedAllowed(0, n, epsilon, delta) >= 0,
};
