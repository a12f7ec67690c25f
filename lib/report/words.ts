import type {
  ReportCertificate,
  ReportClause,
  ReportData,
  ReportHarm,
  ReportMade,
  ReportMeasuredLoss,
  ReportProspect,
  ReportQuality,
  ReportThreshold,
} from './data.js';
import { amount, chosenPercent, clean, cost, count, percent, score, times } from './format.js';

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

/** What a cost is called: prices are no time. */
export function costName(unit: string): 'cost' | 'price' {
  return unit === 'price' ? 'price' : 'cost';
}

/** How many times cheaper, by what is counted: `3.10×`, or of prices `3.10× cheaper`. */
export function gain(ratio: number, unit: string): string {
  return unit === 'price' ? `${times(ratio)} cheaper` : times(ratio);
}

type Facts = readonly (readonly [string, string])[];

/** What stands behind the promise, as pairs of a term and its value. @param unit of costs */
export function certificateFacts(certificate: ReportCertificate, unit = 'µs'): Facts {
  const { loss, delta, jointDelta, method, n, observed, all, quality, byClass, prospect, made } = certificate;
  const confidence = [
    ['confidence', chosenPercent(1 - delta)] as const,
    ...(jointDelta === undefined
      ? []
      : [['together with the frontier', chosenPercent(1 - jointDelta)] as const]),
  ];
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
      ...confidence,
      ['observed', clean(observed)],
      ...beside,
      ...all.flatMap((clause) => [
        ['loss', clean(clause.loss)] as const,
        ['bound', boundWords(clause)] as const,
        ['method', clean(clause.method)] as const,
        ['found', clean(clause.found)] as const,
        ...limits(clause),
      ]),
      ...after,
    ];
  }
  return [
    ['loss', clean(loss)],
    ['bound', boundWords(certificate)],
    ...confidence,
    ['method', clean(method)],
    ['sample', `n = ${count(n)}`],
    ['observed', clean(observed)],
    ...beside,
    ...limits(certificate),
    ...after,
  ];
}

/** Of numbers what is allowed is a distance, in their own units. */
function boundWords({ epsilon, scale }: Pick<ReportClause, 'epsilon' | 'scale'>): string {
  if (scale === undefined) return `at most ${chosenPercent(epsilon)}`;
  return `at most ${plain(scale * epsilon)} on average (${chosenPercent(epsilon)} of ${plain(scale)})`;
}

function limits({
  upper,
  isSimultaneous,
  rowsNeeded,
  scale,
}: Pick<ReportCertificate, 'upper' | 'isSimultaneous' | 'rowsNeeded' | 'scale'>) {
  const kind = isSimultaneous ? 'for all plans together' : 'for this plan alone, pointwise';
  const most =
    upper === null ? '' : scale === undefined ? percent(upper, 2) : `${amount(scale * upper)} on average`;
  return [
    ...(upper === null ? [] : [['upper limit', `${most} (${kind})`] as const]),
    ...(rowsNeeded === null ? [] : [['rows needed', `${count(rowsNeeded)} for the certificate`] as const]),
  ];
}

/** What was found of a promised loss on other rows. */
export function lossWords({ loss, epsilon, found, scale }: ReportMeasuredLoss): string {
  const was = scale === undefined ? percent(found, 2) : amount(scale * found);
  return `${clean(loss)}: ${was} on these rows, promised ${boundWords({ epsilon, ...(scale && { scale }) })}`;
}

function qualityWords({ kind, full, cascade, constant, constantAnswer, rows }: ReportQuality): string {
  const each = (value: number, whose: string) => `${qualityOf(kind, value)} for ${whose}`;
  const all = [
    each(full, 'the full model'),
    ...(cascade === undefined ? [] : [each(cascade, 'the cascade')]),
    each(constant, `the constant answer ${clean(constantAnswer)}`),
  ];
  return `${all.join(', ')}; by the labels of ${clean(rows)}`;
}

/** One of the figures of {@link ReportQuality}. */
export function qualityOf(kind: ReportQuality['kind'], value: number): string {
  return kind === 'accuracy' ? percent(value, 2) : amount(value);
}

/** Classes that are told one by one. */
const SHOWN = 6;

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

function prospectFacts(
  { unit: units, cost: each, fullCost, speedup, certify, total, least }: ReportProspect,
  unit: string,
): Facts {
  const inAll = total === null ? '' : `, ${count(rounded(total))} ${units} in all`;
  const such = `a plan that loses half of epsilon takes some ${count(rounded(certify))} certification ${units}${inAll}`;
  const gained =
    speedup > 1
      ? `on the tuning rows such a plan costs ${cost(each, unit)} a row instead of ${cost(fullCost, unit)}, ${gain(speedup, unit)}; an estimate, no promise`
      : 'on the tuning rows no such plan is cheaper than the full model';
  return [
    ...(least === null ? [] : [[`${units} in all`, `at least ${count(least)}, with this split`] as const]),
    [`enough ${units}`, such],
    ['to be gained', gained],
  ];
}

/** Two digits: an estimate has no more. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

function madeWords({ date, version, seed, rows }: ReportMade): string {
  const from = seed === null ? '' : `, seed ${clean(String(seed))}`;
  return `${date.slice(0, 10)} by spillway ${clean(version)}${from}; tuned on ${count(rows.tune)} rows, ${count(rows.certify)} kept for the certificate`;
}

/** As a person would write it, without digits that only rounding brought. */
function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/**
 * One text a class: the score from which a row of that class leaves the stage. Of more than six classes the range alone, and those that
 * never leave: a screen holds no more.
 */
export function thresholdWords(thresholds: readonly ReportThreshold[]): readonly string[] {
  if (thresholds.length <= SHOWN) return allThresholdWords(thresholds);
  const values = thresholds.flatMap(({ threshold, always }) =>
    threshold === null || always ? [] : [threshold],
  );
  const every = thresholds.filter(({ always }) => always);
  const never = thresholds.filter(({ threshold }) => threshold === null);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = least === most ? score(least) : `${score(least)} to ${score(most)}`;
  return [
    ...(values.length === 0 ? [] : [`${values.length} classes ≥ ${range}`]),
    ...(every.length === 0 ? [] : [`${every.length} classes always`]),
    ...(never.length === 0
      ? []
      : never.length <= SHOWN
        ? [`${never.map(({ label }) => clean(label)).join(', ')} never`]
        : [`${never.length} classes never`]),
  ];
}

/** The same of every class, however many there are. */
export function allThresholdWords(thresholds: readonly ReportThreshold[]): readonly string[] {
  return thresholds.map(({ label, threshold, atMost, always }) => {
    if (always) return `${clean(label)} always`;
    if (threshold === null) return `${clean(label)} never`;
    return atMost
      ? `${clean(label)} ≤ ${Number(threshold.toPrecision(3))}`
      : `${clean(label)} ≥ ${score(threshold)}`;
  });
}

/** Whether {@link thresholdWords} leaves any class out. */
export function isShortened(thresholds: readonly ReportThreshold[]): boolean {
  return thresholds.length > SHOWN;
}

/** What each stage costs per row of the whole batch, as a share of all stages' cost. */
export function costShares(stages: readonly { readonly reach: number; readonly cost: number }[]): number[] {
  const costs = stages.map(({ reach, cost }) => reach * cost);
  const sum = costs.reduce((a, b) => a + b, 0);
  return costs.map((c) => (sum > 0 ? c / sum : 0));
}
