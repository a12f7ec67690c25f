import { REASONS } from '../../lib/report/words/index.js';
import { withEither } from '../holdout/index.js';
import type { Certificate, CertificateVerdict, Changes, Observed, Plan, Repeating } from '../types/index.js';
import type { LossTotal } from './procedures/index.js';
import { unchanged } from './table.js';

/** @param reason why no plan could be certified that is cheaper than the full model; null where one was */
export function verdictOf(reason: string | null): Pick<Certificate, 'verdict' | 'reason'> {
  return { verdict: reason === null ? 'certified' : 'full-model-only', reason };
}

/** Whether anything is promised, be it only that the full model answers. */
export function isPromised({ verdict }: { readonly verdict: CertificateVerdict }): boolean {
  return verdict === 'certified' || verdict === 'full-model-only';
}

/**
 * Why the full model answers alone, after a test; null where a plan is served.
 *
 * @param plan the cheapest that passed; undefined if none did
 */
export function reasonAgainst(plan: Plan | undefined, repeating: Repeating | undefined): string | null {
  if (plan === undefined) return withEither(REASONS.lostTooMuch, repeating);
  const { stages, expected } = plan;
  return stages.length === 0 || expected.cost >= expected.fullCost ? REASONS.notCheaper : null;
}

/** A certificate that no longer holds of what is served. */
export function voided<
  Voidable extends { readonly verdict: CertificateVerdict; readonly reason: string | null },
>(certificate: Voidable, reason: string): Voidable {
  return { ...certificate, verdict: 'void', reason };
}

/** The certificate of a plan that wasn't tested. What is void stays void. @param reason why nothing is promised */
export function exploratory(certificate: Certificate, reason: string): Certificate {
  if (certificate.verdict === 'void') return certificate;
  const nothing = { method: 'none', n: 0, lost: 0, upper: null, rowsNeeded: null };
  const { all, prospect: _, population: __, repeating: ___, changes: ____, ...others } = certificate;
  return {
    ...others,
    ...nothing,
    verdict: 'exploratory',
    reason,
    observed: unchanged(0, []),
    ...(all && { all: all.map((clause) => ({ ...clause, ...nothing })) }),
  };
}

/**
 * What the band certifies of another plan of its path, on the same rows; without one, that no plan is served. What is
 * void stays void: the band was measured on what it was before.
 */
export function certifiedByBand(
  certificate: Certificate,
  plan:
    | { readonly observed: Observed; readonly total: LossTotal; readonly changes?: Changes | undefined }
    | undefined,
): Certificate {
  if (certificate.verdict === 'void') return certificate;
  const { prospect: _, changes: __, ...others } = certificate;
  const { rows, byClass } = certificate.observed;
  return {
    ...others,
    ...verdictOf(plan ? null : REASONS.notByBand),
    observed: plan?.observed ?? unchanged(rows, byClass),
    ...(plan?.changes && { changes: plan.changes }),
    ...(plan?.total ?? { lost: 0 }),
    method: certificate.also
      ? `fixed sequence, for one of ${1 + certificate.also.length} epsilons with an equal share of delta each`
      : 'simultaneous band over the path',
    rowsNeeded: null,
  };
}
