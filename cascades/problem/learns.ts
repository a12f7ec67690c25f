import type { Feature } from '../../lib/features/index.js';

/** Whether a feature looks at the rows that it is fitted on: see {@link Feature.learns}. */
export function learns({ learns, fit }: Pick<Feature<never>, 'learns' | 'fit'>): boolean {
  return learns ?? fit.length > 0;
}
