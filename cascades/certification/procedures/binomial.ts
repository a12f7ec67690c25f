import { binomialPValue } from '../../../lib/stats/index.js';
import { among, lossOn } from '../../losses/index.js';
import type { Procedure } from './procedure.js';

/**
 * The exact binomial test (Clopper and Pearson, Biometrika 1934) of a loss of 0 and 1 over the rows that count. How
 * many those are may depend on the plan (precision): given their number the lost ones among them are binomial, so the
 * test holds given any number. Of none, p is 1.
 */
export const binomial: Procedure = {
  on({ loss, epsilon }, _, table) {
    const { lost, counts } = lossOn(loss, table);
    const rows = among(loss);
    const total = (answers: Float64Array) => {
      const sums = { n: 0, lost: 0 };
      for (let row = 0; row < answers.length; row++) {
        if (!counts(answers[row], row)) continue;
        sums.n++;
        sums.lost += lost(answers[row], row);
      }
      return sums;
    };
    return {
      method: `exact binomial${rows && ` on ${rows}`}, fixed sequence`,
      pValue(answers) {
        const { n, lost: k } = total(answers);
        return binomialPValue(k, n, epsilon);
      },
      total,
    };
  },
  passesLossless: ({ epsilon }, n, delta) => binomialPValue(0, n, epsilon) <= delta,
};
