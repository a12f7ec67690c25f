import { namedLoss } from './named.js';

/** A row loses 1 where the full model alone is right. */
export const harmLoss = namedLoss('harm', {
  lost: (_, full, label) => Number(full === label),
  labels: 'needed',
  least: 0,
  exact: 'binomial',
  countedAs: 'harm',
  below: ['disagreement'],
  title: "harm: the full model's right answers made wrong",
  bounded: 'the share of answers that the full model gets right and the cascade wrong',
});
