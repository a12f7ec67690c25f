import type { ReportCertificate, ReportData, ReportThreshold } from './data.js';
import { chosenPercent, clean, count, percent, score } from './format.js';

const verdicts: Record<ReportData['verdict'], string> = {
  certified: 'certified',
  'full-model-only': 'full model only',
  exploratory: 'exploratory: nothing is promised',
  void: 'void: no longer promised',
};

/** The verdict as a reader says it. */
export function verdictWords(verdict: ReportData['verdict']): string {
  return verdicts[verdict];
}

/** What stands behind the promise, as pairs of a term and its value. */
export function certificateFacts(certificate: ReportCertificate): readonly (readonly [string, string])[] {
  const { loss, epsilon, delta, jointDelta, method, n, observed, all } = certificate;
  const confidence = [
    ['confidence', chosenPercent(1 - delta)] as const,
    ...(jointDelta === undefined
      ? []
      : [['together with the frontier', chosenPercent(1 - jointDelta)] as const]),
  ];
  if (all !== undefined) {
    return [
      ...confidence,
      ['observed', clean(observed)],
      ...all.flatMap((clause) => [
        ['loss', clean(clause.loss)] as const,
        ['bound', `at most ${chosenPercent(clause.epsilon)}`] as const,
        ['method', clean(clause.method)] as const,
        ['found', clean(clause.found)] as const,
        ...limits(clause),
      ]),
    ];
  }
  return [
    ['loss', clean(loss)],
    ['bound', `at most ${chosenPercent(epsilon)}`],
    ...confidence,
    ['method', clean(method)],
    ['sample', `n = ${count(n)}`],
    ['observed', clean(observed)],
    ...limits(certificate),
  ];
}

function limits({
  upper,
  isSimultaneous,
  rowsNeeded,
}: Pick<ReportCertificate, 'upper' | 'isSimultaneous' | 'rowsNeeded'>) {
  const kind = isSimultaneous ? 'of all plans together' : 'pointwise';
  return [
    ...(upper === null ? [] : [['upper limit', `${percent(upper, 2)} (${kind})`] as const]),
    ...(rowsNeeded === null ? [] : [['rows needed', count(rowsNeeded)] as const]),
  ];
}

/** One text a class: the score from which a row of that class leaves the stage. */
export function thresholdWords(thresholds: readonly ReportThreshold[]): readonly string[] {
  return thresholds.map(({ label, threshold, atMost }) => {
    if (threshold === null) return `${clean(label)} never`;
    return atMost
      ? `${clean(label)} ≤ ${Number(threshold.toPrecision(3))}`
      : `${clean(label)} ≥ ${score(threshold)}`;
  });
}

/** What each stage costs per row of the whole batch, as a share of all stages' cost. */
export function costShares(stages: readonly { readonly reach: number; readonly cost: number }[]): number[] {
  const costs = stages.map(({ reach, cost }) => reach * cost);
  const sum = costs.reduce((a, b) => a + b, 0);
  return costs.map((c) => (sum > 0 ? c / sum : 0));
}
