import { show } from '../../lib/check.js';
import { VacuousBound } from '../../lib/errors.js';
import {
  type BoundSpec,
  type Judged,
  limitsOf,
  limitWords,
  meanWords,
  ofAnswers,
  stated,
} from '../losses/index.js';
import type { Label } from '../types/index.js';
import { constantsOf, lossOfConstant } from './constant.js';

/**
 * Refuses a bound that a constant answer would meet on the tuning rows: certifying it would mean
 * nothing. So it does where one would meet an epsilon that may be served later. A bound on the recall of one class
 * alone is exempt: always answering that class meets it by definition.
 */
export function refuseVacuous(spec: BoundSpec, judged: Judged, classes: readonly Label[]): void {
  const { also = [] } = spec;
  const limits = limitsOf(spec).map(({ loss, epsilon }) => ({ loss, epsilon: Math.max(epsilon, ...also) }));
  for (const constant of constantsOf(judged, classes)) {
    const means = limits.map(({ loss }) => lossOfConstant(loss, judged, constant));
    // The mean over no rows is NaN, which meets no limit.
    if (!limits.every(({ epsilon }, i) => means[i] <= epsilon)) continue;
    if (limits.every(({ loss }) => ofAnswers(loss).isKeptBy(constant))) continue;
    const lost = limits.map(
      ({ loss, epsilon }, i) =>
        `${meanWords(stated(loss, classes), means[i])} on the tuning rows, within ${limitWords(loss, epsilon)}`,
    );
    const way =
      classes.length === 0
        ? 'Ask for a smaller epsilon or scale, or less in atMost'
        : 'Ask for a smaller epsilon or a bound on the rare class (recall)';
    throw new VacuousBound(
      `answering ${show(classes[constant] ?? constant)} to everything would lose ${lost.join(', and ')}: a bound like that promises nothing. ` +
        `${whereWorse(judged, constant, classes)}${way}, or pass allowVacuous: true`,
    );
  }
}

/** A full model that is wrong about more labels than a constant answer is most often one that was given wrongly. */
function whereWorse({ full, labels }: Judged, constant: number, classes: readonly Label[]): string {
  if (labels === undefined || classes.length === 0) return '';
  let [own, others] = [0, 0];
  for (const [row, label] of labels.entries()) {
    own += Number(full[row] !== label);
    others += Number(constant !== label);
  }
  if (own <= others) return '';
  return (
    `The full model is wrong on ${own} of ${labels.length} tuning rows, that answer on ${others}: check the order of ` +
    "the full model's labels and reads. "
  );
}
