/** The bound that a certificate tests. */
interface Deltas {
  readonly delta: number;
  /** Other epsilons that were tested with it, each at a share of the one delta. */
  readonly also?: readonly number[] | undefined;
}

/**
 * The chance, at most, that the certificate or some limit of the band beside it doesn't hold. Both
 * spend a delta of their own on the same rows: a union bound, which holds for any plans. Epsilons
 * that were named beforehand share the certificate's.
 *
 * @param hasBand whether the rows gave a band of limits, or a list of epsilons, beside the certificate
 * @returns from `delta` to 1
 */
export function jointDelta({ delta, also }: Deltas, hasBand: boolean): number {
  return hasBand && also === undefined ? Math.min(1, 2 * delta) : delta;
}
