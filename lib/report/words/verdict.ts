import { RETRAINED } from '#hints';
import { count } from '../../util/count.js';
import type { ReportData, ReportProspect } from '../data/index.js';

/** What a verdict says. */
interface VerdictWords {
  /** Beside the title. */
  readonly badge: string;
  /** The first sentence; absent where that is the promise itself. @param full what the full model does alone */
  readonly lead?: (reason: string, full: string) => string;
  /** What to do next, an item each. */
  readonly next: (standing: Standing) => readonly string[];
}

interface Standing {
  /** Whether the cascade was measured beside its full model. */
  readonly isMeasured: boolean;
  readonly unit: string;
  /** Whether most rows equal another one, and nobody said what that means. */
  readonly mostRepeat?: boolean;
  /** Options of which more is advised. @defaultValue none */
  readonly advised?: readonly string[];
  /** The effect of more rows. */
  readonly prospect?: Pick<ReportProspect, 'speedup' | 'certify' | 'total'>;
}

/**
 * What each verdict says, in summaries and reports of cascades and rankers. The first sentence of `certified` is its
 * promise: `cascades/reporting/promise.ts`, and each loss's own words.
 */
export const VERDICTS: Readonly<Record<ReportData['verdict'], VerdictWords>> = {
  certified: {
    badge: 'certified',
    next: ({ isMeasured }) => [
      ...(isMeasured
        ? []
        : [
            'Measure speed and quality on rows that tune has not seen: await measure(cascade, rows, labels).',
          ]),
      'Test the certificate in service on a random few rows: cascade.audit({ rate, alpha, onAlarm }).',
    ],
  },
  'full-model-only': {
    badge: 'full model only',
    lead: (reason, full) => `The full model ${full}: ${reason}.`,
    next: ({ unit, mostRepeat, prospect, advised = [] }) => [
      ...(mostRepeat
        ? [
            "Say what equal rows are: repeats: true if each is a draw of its own, repeats: 'copies' if they are copies " +
              'of one.',
          ]
        : []),
      ...(prospect && prospect.speedup > 1 && !advised.includes('rows')
        ? [
            `Give more ${unit}: some ${about(prospect.certify)} for the certificate` +
              `${prospect.total === null ? '' : `, ${about(prospect.total)} in all`}.`,
          ]
        : []),
      ...(advised.includes('bound')
        ? []
        : ['Allow a larger loss, if your task bears it: a larger epsilon, or atMost, in bound.']),
      'Add a cheap feature that predicts the answer better, or another learner.',
    ],
  },
  exploratory: {
    badge: 'exploratory: nothing is promised',
    lead: (reason) => `Nothing is promised (exploratory): ${reason}.`,
    next: () => ['Certify it on fresh rows: await cascade.certify(cascade.path, { rows, labels }).'],
  },
  void: {
    badge: 'void: no longer promised',
    lead: (reason) => `Nothing is promised (void): ${reason}.`,
    next: () => [
      'Load it with the features and the full model that it was made with, or certify it again on fresh rows: ' +
        `await cascade.certify(cascade.path, { rows, labels })${RETRAINED}.`,
    ],
  },
};

/** Why a verdict isn't `certified`. A file that is loaded with other features or models says which of them changed. */
export const REASONS = {
  // full-model-only
  tooFew: (what: string, n: number, needed: string) =>
    `too few certification ${what}: ${count(n)}, where even without a single loss ${needed} are needed`,
  degenerate:
    'scores degenerate: those of every model that was tried are constant, tied, NaN or infinite, so that none tells sure answers from others',
  neverSure:
    'nothing cheaper: no stage that costs at most 80 % of the full pipeline is ever sure of its answers',
  untimed: 'nothing to compare: by the clock, or the profile, features and full model together cost nothing',
  outOfTime: 'out of time: the seconds of the budget were over before a plan could be tested',
  lostTooMuch: 'even the most conservative plan on the path lost too much on the certification rows',
  notCheaper:
    'nothing cheaper: no plan that could be certified is expected to cost less than the full model alone',
  notByBand: 'nothing cheaper is within this epsilon by the band that holds for all plans together',
  notThisBatch: 'no plan that answers rows of this batch early differed seldom enough on the sample',
  // full-model-only, of rankers
  noQueriesToTune: 'no queries are left to choose a plan on',
  noCut: 'nothing cheaper: no stages could be expected to keep the promise for less than scoring all',
  noCutKept: 'no plan that cuts could be shown to keep the promise',
  noCutCheaper: 'no plan that could be shown to keep the promise is cheaper than to score all',
  // exploratory
  untested: 'this plan was not certified',
  byHand: 'a plan pinned by hand; certify it on fresh rows',
  otherCosts: 'a plan for other costs or another objective; certify its path on fresh rows',
  // void
  drift: 'drift: the audit in service has raised an alarm',
} as const;

/** The first sentence on a certificate; undefined where that is the promise. @param full as in its verdict's `lead` */
export function leadOf(
  { verdict, reason }: { readonly verdict: ReportData['verdict']; readonly reason: string | null },
  full: string,
): string | undefined {
  return VERDICTS[verdict].lead?.(reason ?? REASONS.untested, full);
}

/** A note on whether the features of a loaded file were compared with its own. */
export function checkNotes(checked: number | undefined, verdict: ReportData['verdict']): readonly string[] {
  if (checked === undefined || verdict === 'void') return [];
  return checked > 0
    ? [
        `Features were checked: ${count(checked)} reference rows have the values that they had when the file was written.`,
      ]
    : [
        'Features are unchecked: the file was loaded without rows to compare them on. The certificate holds only if their code is unchanged.',
      ];
}

/** An estimate, to two digits: it has no more. */
export function about(value: number): string {
  return count(Number(value.toPrecision(2)));
}
