import { fixedSequence, type Random, ratioPValue, ratioUpper } from '../../../lib/stats/index.js';
import { clustersNeeded, imageClusters } from '../certification/index.js';
import type { BeforeBound, BeforeExpectation } from './certificate.js';

/** Of each image the windows that the full model accepts, and how many of them each setting loses. */
export interface AcceptedTally {
  readonly accepted: number[];
  readonly lost: Uint16Array[];
}

/** What images say of a path. */
export interface TestedPath {
  /** Position of the setting to serve; -1 for none. */
  readonly served: number;
  readonly reason: string | null;
  readonly bound: BeforeBound;
}

/** Tests a path from its most permissive setting on, and takes the cheapest one that passes. */
export function testPath(
  { accepted, lost }: AcceptedTally,
  bound: { readonly epsilon: number; readonly delta: number; readonly maxAccepted: number },
  expected: readonly BeforeExpectation[],
  copies: number,
  random: Random,
): TestedPath {
  const { epsilon, delta, maxAccepted } = bound;
  const n = accepted.length;
  const clustersAt = imageClusters(accepted, (image, j) => lost[image][j], maxAccepted, random);
  const last = fixedSequence((j) => ratioPValue(clustersAt(j), epsilon, delta), expected.length, delta);
  const cheapest = expected
    .slice(0, last + 1)
    .reduce((best, { cost }, j, all) => (best < 0 || cost <= all[best].cost ? j : best), -1);
  const isCheaper = cheapest >= 0 && expected[cheapest].cost < expected[cheapest].fullCost;
  const served = isCheaper ? cheapest : -1;
  const sum = accepted.reduce((total, count) => total + count, 0);
  const needed = clustersNeeded(accepted, maxAccepted, epsilon, delta);
  const at = Math.max(0, served);
  return {
    served,
    reason: isCheaper ? null : reasonAgainst(sum, n, needed, last, copies),
    bound: {
      ...bound,
      method: 'betting bound on lost windows, images as clusters, fixed sequence',
      n,
      copies,
      accepted: sum,
      lost: lost.reduce((total, counts) => total + counts[at], 0),
      upper: isCheaper ? Math.min(epsilon, ratioUpper(clustersAt(at), delta)) : null,
      imagesNeeded: last < 0 && n < needed ? needed : null,
    },
  };
}

function reasonAgainst(accepted: number, n: number, needed: number, last: number, copies: number): string {
  if (last >= 0) {
    return 'not worth it: no setting that could be certified is expected to cost less than the full model alone';
  }
  if (accepted === 0)
    return 'the full model accepts no window of the certification images, so that nothing can be lost or kept';
  if (n < needed) {
    const few = `too few certification images: ${n}, where even without a single loss ${needed} are needed`;
    return copies > 0 ? `${few}; ${copies} more equal others and count as copies` : few;
  }
  return 'even the most permissive setting loses too many of the windows that the full model accepts';
}
