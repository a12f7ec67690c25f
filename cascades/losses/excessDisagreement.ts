import { asPercent } from '../../lib/util/count.js';
import { pairLoss } from './named.js';

/**
 * Of a row that the full model is asked twice: it loses 1 where the answer isn't the first one, and gains 1 where the
 * second isn't. So the mean is P(answer differs from the first) - P(the second does): what a model that doesn't always
 * agree with itself loses by itself isn't counted against a cascade. Given the row its two answers must be
 * exchangeable.
 */
export const excessDisagreementLoss = pairLoss('excessDisagreement', {
  lost: (answer, first, second) => Number(answer !== first) - Number(second !== first),
  counts: () => true,
  rows: '',
  over: 'all',
  labels: 'ignored',
  least: -1,
  exact: 'paired',
  countedAs: 'stableDisagreement',
  below: ['disagreement'],
  leavesOpen: (epsilon, flips) =>
    flips === 0
      ? undefined
      : 'Where the full model differs from itself, an answer may always be the commoner one, which makes up for other ' +
        `mistakes: beside ${asPercent(flips, 3)} of rows with two answers, some ${asPercent(epsilon + flips / 2, 3)} may be answered ` +
        "in a way that it never would. 'stableDisagreement' bounds these where it agrees with itself.",
  title: 'disagreement with the full model beyond its own with itself',
  bounded:
    "the share of answers that differ from the full model's, less the share on which it differs from itself when it is asked again,",
});
