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
        `${way}, or pass allowVacuous: true`,
    );
  }
}
