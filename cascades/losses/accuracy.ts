import { namedLoss } from './named.js';

/** A row loses 1 where the full model alone is right, and gains 1 where the cascade alone is. */
export const accuracyLoss = namedLoss('accuracy', {
  lost: (answer, full, label) => Number(full === label) - Number(answer === label),
  labels: 'needed',
  least: -1,
  exact: 'paired',
  countedAs: 'harm',
  below: ['harm', 'disagreement'],
  title: 'accuracy lost against the full model',
  bounded: 'the accuracy lost against the full model',
});
