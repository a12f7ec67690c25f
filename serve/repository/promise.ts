import type { Certificate, CertificateVerdict } from '../../cascades/index.js';
import { inWords, isPromised } from '../../cascades/internal.js';
import type { BandCertificate, TopKCertificate } from '../../topk/index.js';

/** What a model promises: a cascade's certificate, or a ranker's. */
export type Promised = Certificate | TopKCertificate;

/** From what promises most to what promises nothing. */
const VERDICTS: readonly CertificateVerdict[] = ['certified', 'full-model-only', 'exploratory', 'void'];

/**
 * How a new certificate promises less than the one it would replace: a weaker verdict, a loss that isn't promised any
 * more, a larger epsilon or delta.
 *
 * @returns undefined where it promises at least as much
 */
export function weakening(before: Promised, after: Promised): string | undefined {
  if (VERDICTS.indexOf(after.verdict) > VERDICTS.indexOf(before.verdict)) {
    const reason = after.reason === null ? '' : ` (${after.reason})`;
    return `its verdict is '${after.verdict}'${reason}, where '${before.verdict}' is served`;
  }
  // What promised nothing can't be replaced by less.
  if (!isPromised(before)) return undefined;
  if ('bands' in before) {
    return 'bands' in after ? weakerBands(before, after) : 'it is a cascade, where a ranker is served';
  }
  return 'bands' in after ? 'it is a ranker, where a cascade is served' : weakerClauses(before, after);
}

function weakerClauses(before: Certificate, after: Certificate): string | undefined {
  if (before.unit !== after.unit)
    return `it promises a mean over ${after.unit}, where one over ${before.unit} is served`;
  if (after.delta > before.delta) return `its delta is ${after.delta}, where ${before.delta} is served`;
  const offered = after.all ?? [after];
  for (const clause of before.all ?? [before]) {
    const { name: short, own, within } = inWords(clause.loss);
    const limits = offered.map(({ loss, epsilon }) => {
      const times = within(loss);
      // An epsilon of 0 times that would be NaN.
      return times === Number.POSITIVE_INFINITY ? times : times * epsilon;
    });
    const least = Math.min(...limits);
    if (least <= clause.epsilon) continue;
    const name = own === undefined ? short : `the loss of its own ${JSON.stringify(own)}`;
    return least === Number.POSITIVE_INFINITY
      ? `it doesn't bound ${name}, which is served with epsilon ${clause.epsilon}`
      : `its epsilon for ${name} is ${least}, where ${clause.epsilon} is served`;
  }
  return undefined;
}

function weakerBands(before: TopKCertificate, after: TopKCertificate): string | undefined {
  if (after.delta > before.delta) return `its delta is ${after.delta}, where ${before.delta} is served`;
  for (const band of before.bands) {
    const [first, last] = band.promise.k;
    const enough = after.bands.filter((each) => promisesAsMuch(each, band));
    // The first K that no band covers.
    let k = first;
    for (const { promise } of enough.sort((a, b) => a.promise.k[0] - b.promise.k[0]))
      if (promise.k[0] <= k) k = Math.max(k, promise.k[1] + 1);
    if (k > last) continue;
    const { metric, level, share } = band.promise;
    const served = `${metric} ${level}${share === null ? '' : ` in ${share} of queries`}`;
    return `it promises less for K = ${k}, where ${served} is served`;
  }
  return undefined;
}

function promisesAsMuch({ verdict, promise }: BandCertificate, before: BandCertificate): boolean {
  const served = before.promise;
  return (
    VERDICTS.indexOf(verdict) <= VERDICTS.indexOf(before.verdict) &&
    promise.metric === served.metric &&
    promise.population === served.population &&
    JSON.stringify(promise.rankClass) === JSON.stringify(served.rankClass) &&
    promise.level >= served.level &&
    (served.share === null
      ? promise.share === null
      : promise.share !== null && promise.share >= served.share) &&
    promise.delta <= served.delta &&
    promise.candidates[0] <= served.candidates[0] &&
    promise.candidates[1] >= served.candidates[1]
  );
}
