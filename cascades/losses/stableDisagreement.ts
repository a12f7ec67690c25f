import { pairLoss } from './named.js';

/**
 * Of the rows that the full model, asked twice, answers alike: a row loses 1 where the answer is another. A loss of
 * this kind, over all rows, is never below `excessDisagreement`: there a row loses where both answers are alike and the
 * cascade's is another, and may also gain.
 */
export const stableDisagreementLoss = pairLoss('stableDisagreement', {
  lost: (answer, first, second) => Number(first === second && answer !== first),
  counts: (first, second) => first === second,
  rows: 'that the full model answers alike both times',
  over: 'pairs',
  labels: 'ignored',
  least: 0,
  exact: 'binomial',
  countedAs: 'stableDisagreement',
  below: [],
  leavesOpen: () =>
    'Rows that the full model answers in two ways when it is asked twice: whatever is answered there counts as right.',
  title: 'disagreement with the full model where it agrees with itself',
  bounded:
    'of the rows that the full model answers alike when it is asked twice, the share answered otherwise',
});
