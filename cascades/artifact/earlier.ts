import { populationOf } from '../certification/index.js';
import type { Certificate } from '../types/index.js';

/**
 * A certificate of an earlier release, which names no population, as this one would state it. Its upper limit was
 * that of a plan which the same rows had chosen. And equal rows were split as one, so that where there are some it is
 * about originals.
 */
export function statedNow(certificate: Certificate): Certificate {
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
