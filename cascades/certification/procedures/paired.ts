import { pairedAllowed, pairedTable } from '../../../lib/stats/index.js';
import { lossOn } from '../../losses/index.js';
import type { Procedure } from './procedure.js';

/**
 * The exact unconditional test of a loss of -1, 0 and 1 over all rows, like `accuracy`: rows made worse against rows
 * made better. See `lib/stats` for its source.
 */
export const paired: Procedure = {
  on({ loss, epsilon }, delta, table) {
    const n = table.full.length;
    const { lost } = lossOn(loss, table);
    const changesOf = (answers: Float64Array) => {
      const changes = { worse: 0, better: 0 };
      for (let row = 0; row < n; row++) {
        const value = lost(answers[row], row);
        if (value > 0) changes.worse++;
        else if (value < 0) changes.better++;
      }
      return changes;
    };
    // The test is monotone in the rows made worse, so one number per count of rows made better decides it.
    const allowed = pairedTable(n, epsilon, delta);
    return {
      method: 'exact unconditional paired test in score order, fixed sequence',
      pValue(answers) {
        const { worse, better } = changesOf(answers);
        return worse <= allowed(better) ? delta : 1;
      },
      total(answers) {
        const { worse, better } = changesOf(answers);
        return { n, lost: worse - better };
      },
    };
  },
  passesLossless: ({ epsilon }, n, delta) => pairedAllowed(0, n, epsilon, delta) >= 0,
};
