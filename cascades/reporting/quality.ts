import type { ReportHarm, ReportQuality } from '../../lib/report/index.js';
import { count, shortNumber } from '../../lib/util/count.js';
import { inWords, kindOf, quoted } from '../losses/index.js';
import type { Certificate, Clause, Plan } from '../types/index.js';

/** How good answers are by the labels; undefined if there are no labels. */
export function qualityOf(certificate: Certificate, { classes }: Plan): ReportQuality | undefined {
  const { baseline } = certificate;
  if (baseline === undefined) return undefined;
  const { full, constant } = baseline;
  const isNumeric = classes.length === 0;
  const shown = (error: number) => (isNumeric ? error : 1 - error);
  const own = cascadeError(certificate, isNumeric);
  return {
    kind: isNumeric ? 'mean absolute error' : 'accuracy',
    full: shown(full),
    ...(own !== undefined && { cascade: shown(own) }),
    constant: shown(constant.error),
    constantAnswer: isNumeric
      ? `${shortNumber(Number(constant.answer))} (the median)`
      : quoted(constant.answer),
    rows: rowsWords(certificate),
  };
}

/** Which rows the baseline is of. */
export function rowsWords({ baseline }: Certificate): string {
  const rows = count(baseline?.rows ?? 0);
  return baseline?.of === 'tuning'
    ? `the ${rows} tuning rows, cross-fitted`
    : `the ${rows} certification rows`;
}

/** The cascade's error on the certification rows; undefined if it wasn't observed there. */
function cascadeError({ verdict, baseline, observed }: Certificate, isNumeric: boolean): number | undefined {
  if (baseline === undefined) return undefined;
  if (verdict === 'full-model-only') return baseline.full;
  if (baseline.of === 'tuning' || observed.rows === 0) return undefined;
  return isNumeric ? observed.error : baseline.full + (observed.worse - observed.better) / observed.rows;
}

/** Right answers made wrong, and wrong ones right, by class; none without labels or where nothing was tested. */
export function harmOf(
  { labelled, observed, baseline }: Certificate,
  { classes }: Plan,
): readonly ReportHarm[] {
  if (!labelled || observed.rows === 0 || observed.changed === 0) return [];
  if (observed.byClass.length !== classes.length) return [];
  return observed.byClass.map(({ worse, better }, c) => ({
    label: String(classes[c]),
    ...(baseline?.of === 'certification' && { rows: baseline.byClass[c] }),
    worse,
    better,
  }));
}

/** The observation of one loss on the certification rows. */
export function foundOf({ loss, n, lost, method }: Clause, unit: Certificate['unit']): string {
  if (method === 'none') return 'nothing was tested';
  return inWords(loss).found({ n, lost, unit });
}

/** How the answers on the certification rows compare with the full model's, and with the labels. */
export function observedOf(certificate: Certificate): string {
  const { rows, changed, worse, better, difference } = certificate.observed;
  if (rows === 0) return 'nothing was tested';
  if (difference !== undefined) return numbersObserved(certificate, difference);
  const ways = certificate.labelled
    ? `, ${count(worse)} for the worse and ${count(better)} for the better`
    : '';
  const all = `${count(changed)} of ${count(rows)} answers changed${ways}`;
  const { exact, over, asks } = kindOf(certificate.loss);
  // Of whole rows, among all, the counts of answers say what was lost.
  if ((exact !== undefined && over === 'all' && asks === 1) || certificate.all !== undefined) return all;
  return `${foundOf(certificate, certificate.unit)}; ${all}`;
}

/** The units of both tests where rows repeat; undefined where a plan passes one. */
export function testsWords({ repeating, copies = 0, observed: { rows } }: Certificate): string | undefined {
  if (repeating?.are !== 'either' || rows === 0) return undefined;
  const { split } = repeating;
  const [all, one] = split ? [split.rows, split.different] : [rows, rows - copies];
  const seen = split && split.seen > 0 ? `, ${count(split.seen)} of them counted as lost` : '';
  return `two: ${count(all)} rows, and one of each of ${count(one)} different rows${seen}`;
}

/** Values hardly ever agree exactly, so the sentence also states the mean difference. */
function numbersObserved(certificate: Certificate, difference: number): string {
  const { rows, changed, worse, better } = certificate.observed;
  const { loss, lost, n } = certificate;
  const scale = certificate.all === undefined ? inWords(loss).scale : undefined;
  // If no difference exceeds the scale, both means are equal, and one is enough.
  const isStated = scale !== undefined && shortNumber((scale * lost) / n) === shortNumber(difference);
  const found = certificate.all ? '' : `${foundOf(certificate, certificate.unit)}; `;
  const ways = certificate.labelled
    ? `: ${count(worse)} are farther from the label, and ${count(better)} nearer`
    : '';
  return (
    `${found}${count(changed)} of ${count(rows)} answers differ from the full model's${ways}` +
    (isStated ? '' : `; with every difference at its full size the mean is ${shortNumber(difference)}`)
  );
}
