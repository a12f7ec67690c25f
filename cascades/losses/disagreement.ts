import { namedLoss } from './named.js';

/** A row loses 1 where the two answers differ. */
export const disagreementLoss = namedLoss('disagreement', {
  lost: () => 1,
  labels: 'ignored',
  least: 0,
  exact: 'binomial',
  countedAs: 'disagreement',
  below: [],
  title: 'disagreement with the full model',
  bounded: "the share of answers that differ from the full model's",
});
