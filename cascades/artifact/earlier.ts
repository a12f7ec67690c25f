import { populationOf } from '../certification/index.js';
import type { Certificate, Observed } from '../types/index.js';

/**
 * A certificate of an earlier release, which names no population, as this one would state it. Its upper limit was
 * that of a plan which the same rows had chosen. And equal rows were split as one, so that where there are some it is
 * about originals.
 */
export function statedNow(before: Certificate): Certificate {
  const certificate = { ...before, observed: observedNow(before.observed, before.labelled) };
  const { population, verdict, unit, n, copies = 0, observed, all } = certificate;
  if (population !== undefined || certificate.repeating || verdict === 'exploratory') return certificate;
  const repeating = { are: 'copies' as const };
  return {
    ...certificate,
    upper: null,
    ...(all && { all: all.map((clause) => ({ ...clause, upper: null })) }),
    // Where nothing was tested there is no observation.
    ...(copies > 0 && {
      population: populationOf(Math.max(n, observed.rows - copies), unit, repeating),
      repeating,
    }),
  };
}

/** Without labels no answer is known to be worse: earlier releases stated 0 for each class. */
export function observedNow(observed: Observed, labelled: boolean): Observed {
  return labelled ? observed : { ...observed, byClass: [] };
}
