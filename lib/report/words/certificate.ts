import { asPercent, count, grouped } from '../../util/count.js';
import type {
  ReportCertificate,
  ReportClause,
  ReportHarm,
  ReportMade,
  ReportMeasuredLoss,
  ReportProspect,
  ReportQuality,
} from '../data/index.js';
import { amount, clean, cost, gain, percent } from './numbers.js';
import { about } from './verdict.js';

/** The evidence of the promise, as pairs of a term and its value. @param unit of costs */
export function certificateFacts(certificate: ReportCertificate, unit = 'µs'): Facts {
  const { loss, reference, delta, method, n, observed, tests, flips, all, quality, byClass, prospect, made } =
    certificate;
  const confidence = ['confidence', asPercent(1 - delta)] as const;
  const against = reference === undefined ? [] : [['compared with', clean(reference)] as const];
  const beside = [
    ...(tests === undefined ? [] : [['tests', clean(tests)] as const]),
    ...(flips === undefined ? [] : [['own flips', clean(flips)] as const]),
    ...(quality ? [[quality.kind, qualityWords(quality)] as const] : []),
    ...(byClass?.length ? [['by class', harmWords(byClass)] as const] : []),
  ];
  const facts: Facts = all
    ? [
        ...against,
        confidence,
        ['observed', clean(observed)],
        ...beside,
        ...all.flatMap(
          (clause): Facts => [
            ['loss', clean(clause.loss)],
            ['bound', boundWords(clause)],
            ['method', clean(clause.method)],
            ['found', clean(clause.found)],
            ...needed(clause),
          ],
        ),
      ]
    : [
        ['loss', clean(loss)],
        ...against,
        ['bound', boundWords(certificate)],
        confidence,
        ['method', clean(method)],
        ['sample', `n = ${count(n)}`],
        ['observed', clean(observed)],
        ...beside,
        ...needed(certificate),
      ];
  return [
    ...facts,
    ...(prospect ? prospectFacts(prospect, unit) : []),
    ...(made ? [['made', madeWords(made)] as const] : []),
    ...(made?.digests ? [['rows', rowsWords(made)] as const] : []),
  ];
}

function needed({ rowsNeeded }: Pick<ReportCertificate, 'rowsNeeded'>) {
  return rowsNeeded === null ? [] : [['rows needed', `${count(rowsNeeded)} for the certificate`] as const];
}

function madeWords({ date, version, seed, rows }: ReportMade): string {
  const from = seed === null ? '' : `, seed ${clean(String(seed))}`;
  return (
    `${date.slice(0, 10)} by spillway ${clean(version)}${from}; tuned on ${count(rows.tune)} rows, ` +
    `${count(rows.certify)} kept for the certificate`
  );
}

/** Which rows, for who has a file and wonders whether it's of these. */
function rowsWords({ rows, digests = {}, files = {} }: ReportMade): string {
  const of = (name: string, n: number, digest?: string, read: readonly string[] = []) =>
    n === 0
      ? `no rows ${name}`
      : `${count(n)} rows ${filesWords(read)}${name} ${digest ? `are ${clean(digest)}` : 'have no digest'}`;
  return (
    `by digest of their content in any order, ${of('to tune on', rows.tune, digests.tune, files.tune)}, ` +
    of('to certify', rows.certify, digests.certify, files.certify)
  );
}

/** The first few files' names, and how many there are besides. */
function filesWords(files: readonly string[]): string {
  if (files.length === 0) return '';
  const more = files.length > NAMED ? ` and ${count(files.length - NAMED)} more` : '';
  return `of ${files.slice(0, NAMED).map(clean).join(', ')}${more} `;
}

const NAMED = 3;

/** Pairs of a term and its value. */
type Facts = readonly (readonly [string, string])[];

/** The effect of more rows, if no plan was certified. */
/** Of {@link ReportProspect}: more rows of the same promise aren't free. */
const TRYING_AGAIN =
  'test the next plans on fresh rows alone, or fix the number of rows beforehand: each try that tests again on rows ' +
  'that failed, with more added, has the whole chance of a false certificate once more';

function prospectFacts(
  { unit: units, cost: each, fullCost, speedup, certify, total, least }: ReportProspect,
  unit: string,
): Facts {
  const inAll = total === null ? '' : `, ${about(total)} ${units} in all`;
  const such = `a plan that loses half of the bound takes some ${about(certify)} certification ${units}${inAll}`;
  const gained =
    speedup > 1
      ? `on the tuning rows such a plan costs ${cost(each, unit)} a row instead of ` +
        `${cost(fullCost, unit)}, ${gain(speedup, unit)}; an estimate, no promise`
      : 'on the tuning rows no such plan is cheaper than the full model';
  return [
    ...(least === null ? [] : [[`${units} in all`, `at least ${count(least)}, with this split`] as const]),
    [`enough ${units}`, such],
    ['to be gained', gained],
    ['trying again', TRYING_AGAIN],
  ];
}

/** The loss allowed: a share, or for regression a mean difference in the units of the answers. */
export function allowed({ epsilon, scale }: Pick<ReportClause, 'epsilon' | 'scale'>): string {
  return scale === undefined ? asPercent(epsilon) : grouped(scale * epsilon);
}

function boundWords(clause: Pick<ReportClause, 'epsilon' | 'scale'>): string {
  return `at most ${allowed(clause)}${clause.scale === undefined ? '' : ' on average'}`;
}

/** A certified loss as measured on other rows, beside its bound. */
export function lossWords({ loss, epsilon, found, scale }: ReportMeasuredLoss): string {
  const was = scale === undefined ? percent(found, 2) : amount(scale * found);
  return `${clean(loss)}: ${was} on these rows; bound: ${boundWords({ epsilon, ...(scale && { scale }) })}`;
}

/** Accuracies or errors of full model, cascade and constant answer. */
function qualityWords({ kind, full, cascade, constant, constantAnswer, rows }: ReportQuality): string {
  const each = (value: number, whose: string) => `${qualityFigure(kind, value)} for ${whose}`;
  const all = [
    each(full, 'the full model'),
    ...(cascade === undefined ? [] : [each(cascade, 'the cascade')]),
    each(constant, `the constant answer ${clean(constantAnswer)}`),
  ];
  return `${all.join(', ')}; by the labels of ${clean(rows)}`;
}

/** One of the figures of {@link ReportQuality}. */
export function qualityFigure(kind: ReportQuality['kind'], value: number): string {
  return kind === 'accuracy' ? percent(value, 2) : amount(value);
}

/** Classes that are listed one by one. */
const SHOWN = 6;

/** Answers made worse and better, class by class; the most harmed first. */
function harmWords(all: readonly ReportHarm[]): string {
  const changed = all
    .filter(({ worse, better }) => worse + better > 0)
    .sort((a, b) => b.worse - a.worse || b.better - a.better);
  if (changed.length === 0) return 'no right answer made wrong, and no wrong one right';
  const shown = changed.slice(0, SHOWN).map(({ label, rows, worse, better }) => {
    const of = rows === undefined ? '' : ` of ${count(rows)}`;
    return `${clean(label)} ${count(worse)} worse, ${count(better)} better${of}`;
  });
  const others = all.length - shown.length;
  const rest = changed.slice(SHOWN);
  const sum = (way: 'worse' | 'better') => rest.reduce((total, each) => total + each[way], 0);
  if (others > 0) {
    const what = rest.length === 0 ? 'none' : `${count(sum('worse'))} worse, ${count(sum('better'))} better`;
    shown.push(`${others} other${others === 1 ? '' : 's'}: ${what}`);
  }
  return shown.join('; ');
}
