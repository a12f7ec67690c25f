import type { ReportHarm, ReportQuality } from '../../lib/report/index.js';
import { count } from '../../lib/util/count.js';
import { inWords, kindOf, shortNumber } from '../losses/index.js';
import type { Certificate, Label, Plan, StatedLoss } from '../types/index.js';

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
    constantAnswer: answerWords(constant.answer, isNumeric),
    rows: rowsWords(certificate),
  };
}

function answerWords(answer: Label, isNumeric: boolean): string {
  if (isNumeric) return `${shortNumber(Number(answer))} (the median)`;
  return typeof answer === 'string' ? `"${answer}"` : String(answer);
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

/** A warning if the bound allows more errors than the full model makes: such a bound is weak. */
export function warningsOf(certificate: Certificate): string[] {
  const { baseline, all = [certificate] } = certificate;
  if (baseline === undefined) return [];
  return all.flatMap(({ loss, epsilon }) => {
    const allowed = allowedError(loss, epsilon);
    if (allowed === undefined || allowed <= baseline.full) return [];
    const rows = rowsWords(certificate);
    if (inWords(loss).scale !== undefined) {
      return [
        `The bound, a mean difference of ${shortNumber(allowed)}, is larger than the full model's own mean absolute error, ${shortNumber(baseline.full)} on ` +
          `${rows}: a cascade within the bound may be off by more than twice as much as the full model.`,
      ];
    }
    return [
      `The bound, ${asPercent(allowed)} of the rows, is larger than the full model's own error rate, ${asPercent(baseline.full)} on ${rows}: ` +
        'a cascade within the bound may be wrong more than twice as often as the full model.',
    ];
  });
}

/** The error that a bound over all rows adds to the full model's: a share of rows, or in units of the answers. */
function allowedError(loss: StatedLoss, epsilon: number): number | undefined {
  const { labels, over } = kindOf(loss);
  if (labels === 'optional' || over !== 'all') return undefined;
  return epsilon * (inWords(loss).scale ?? 1);
}

function asPercent(share: number): string {
  return `${shortNumber(100 * share)} %`;
}
