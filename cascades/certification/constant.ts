import { median } from 'simple-statistics';
import { show } from '../../lib/check.js';
import { VacuousBound } from '../../lib/errors.js';
import {
  type AnswerLoss,
  type BoundSpec,
  type Judged,
  limitsOf,
  limitWords,
  lossOn,
  meanWords,
  ofAnswers,
} from '../losses/index.js';
import type { Certificate, Label } from '../types/index.js';

/** The constant answers that may lose least: all classes, or for regression the median, in codes. */
export function constantsOf({ full }: Judged, classes: readonly Label[]): readonly number[] {
  return classes.length === 0 ? [median([...full])] : [...classes.keys()];
}

/** What a constant answer loses on average; NaN where no row counts. */
export function lossOfConstant(loss: AnswerLoss, judged: Judged, constant: number): number {
  const { lost, counts } = lossOn(loss, judged);
  let [sum, n] = [0, 0];
  for (let row = 0; row < judged.full.length; row++) {
    if (!counts(constant, row)) continue;
    sum += lost(constant, row);
    n++;
  }
  return sum / n;
}

/** The constant answer that loses least on the tuning rows; undefined for several losses. */
export function leastConstant(
  spec: BoundSpec,
  judged: Judged,
  classes: readonly Label[],
): Certificate['constant'] {
  const [{ loss }, ...others] = limitsOf(spec);
  if (others.length > 0) return undefined;
  let best: Certificate['constant'];
  for (const constant of constantsOf(judged, classes)) {
    const mean = lossOfConstant(loss, judged, constant);
    if (ofAnswers(loss).isKeptBy(constant) || !(mean < (best?.loss ?? Number.POSITIVE_INFINITY))) continue;
    best = { answer: classes[constant] ?? constant, loss: mean };
  }
  return best;
}

/**
 * Whether a constant answer would meet another epsilon, as `tune` refuses it. Where one meets the cascade's own, or the
 * epsilon was named to `tune`, that was allowed.
 */
export function isVacuous({ constant, epsilon: own, also }: Certificate, epsilon: number): boolean {
  if (constant === undefined || also?.includes(epsilon)) return false;
  return constant.loss <= epsilon && constant.loss > own;
}

/** @throws VacuousBound for an epsilon that a constant answer would meet */
export function refuseVacuousAt(certificate: Certificate, epsilon: number): void {
  const { constant, loss } = certificate;
  if (constant === undefined || !isVacuous(certificate, epsilon)) return;
  throw new VacuousBound(
    `answering ${show(constant.answer)} to everything would lose ${meanWords(loss, constant.loss)} on the ` +
      `tuning rows, within ${limitWords(loss, epsilon)}: a bound like that promises nothing. Ask for less, or pass allowVacuous: true`,
  );
}
