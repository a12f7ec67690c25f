import { count } from '../../util/count.js';
import type { ReportCertificate, ReportData, ReportMade } from '../data/index.js';
import { boundWords } from './bound.js';
import type { Facts } from './facts.js';
import { chosenPercent, clean } from './numbers.js';
import { prospectFacts } from './prospect.js';
import { harmWords, qualityWords } from './quality.js';

const verdicts: Record<ReportData['verdict'], string> = {
  certified: 'certified',
  'full-model-only': 'full model only',
  exploratory: 'exploratory: nothing is promised',
  void: 'void: no longer promised',
};

/** The verdict in a reader's words. */
export function verdictWords(verdict: ReportData['verdict']): string {
  return verdicts[verdict];
}

/** The evidence of the promise, as pairs of a term and its value. @param unit of costs */
export function certificateFacts(certificate: ReportCertificate, unit = 'µs'): Facts {
  const { loss, reference, delta, method, n, observed, all, quality, byClass, prospect, made } = certificate;
  const confidence = ['confidence', chosenPercent(1 - delta)] as const;
  const against = reference === undefined ? [] : [['compared with', clean(reference)] as const];
  const beside = [
    ...(quality ? [[quality.kind, qualityWords(quality)] as const] : []),
    ...(byClass?.length ? [['by class', harmWords(byClass)] as const] : []),
  ];
  const after = [
    ...(prospect ? prospectFacts(prospect, unit) : []),
    ...(made ? [['made', madeWords(made)] as const] : []),
  ];
  if (all !== undefined) {
    return [
      ...against,
      confidence,
      ['observed', clean(observed)],
      ...beside,
      ...all.flatMap((clause) => [
        ['loss', clean(clause.loss)] as const,
        ['bound', boundWords(clause)] as const,
        ['method', clean(clause.method)] as const,
        ['found', clean(clause.found)] as const,
        ...needed(clause),
      ]),
      ...after,
    ];
  }
  return [
    ['loss', clean(loss)],
    ...against,
    ['bound', boundWords(certificate)],
    confidence,
    ['method', clean(method)],
    ['sample', `n = ${count(n)}`],
    ['observed', clean(observed)],
    ...beside,
    ...needed(certificate),
    ...after,
  ];
}

function needed({ rowsNeeded }: Pick<ReportCertificate, 'rowsNeeded'>) {
  return rowsNeeded === null ? [] : [['rows needed', `${count(rowsNeeded)} for the certificate`] as const];
}

function madeWords({ date, version, seed, rows }: ReportMade): string {
  const from = seed === null ? '' : `, seed ${clean(String(seed))}`;
  return `${date.slice(0, 10)} by spillway ${clean(version)}${from}; tuned on ${count(rows.tune)} rows, ${count(rows.certify)} kept for the certificate`;
}
