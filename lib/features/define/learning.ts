import type { BatchFit, Feature } from './feature.js';

/** How a feature learns from all rows at once, or batch by batch: with the same result. */
export function learning<Row>(begin: () => BatchFit<Row>): Pick<Feature<Row>, 'fit' | 'fitInBatches'> {
  return {
    fit(view) {
      const fit = begin();
      fit.add(view);
      return fit.end();
    },
    fitInBatches: begin,
  };
}
