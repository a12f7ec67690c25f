import { binomialPValue, binomialUpper } from '../../../lib/stats/index.js';
import type { CertificationTable, Limit } from '../index.js';
import { type AnswerLoss, lossOn } from '../index.js';
import type { Test } from './test.js';

/**
 * The exact test of a loss of 0 and 1 over the rows that count. How many those are may depend on the plan (precision):
 * given their number the lost ones among them are binomial, so the test holds given any number. Of none, p is 1.
 */
export function binomialTest({ loss, epsilon }: Limit, delta: number, table: CertificationTable): Test {
  const { lost, counts } = lossOn(loss, table);
  const rows = among(loss);
  const tally = (answers: Float64Array) => {
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
      const { n, lost: k } = tally(answers);
      return binomialPValue(k, n, epsilon);
    },
    tally,
    upper(answers) {
      const { n, lost: k } = tally(answers);
      return binomialUpper(k, n, delta);
    },
  };
}

/** The rows that a loss is a share of, where those aren't all. */
export function among(loss: AnswerLoss): string {
  if (typeof loss === 'string') return '';
  if ('recall' in loss) return 'the rows that the full model gives the class';
  return 'precision' in loss ? 'the rows that the cascade gives the class' : '';
}
