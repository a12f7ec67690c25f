import { median } from 'simple-statistics';
import { show } from '../../lib/check.js';
import { VacuousBound } from '../../lib/errors.js';
import {
  type BoundSpec,
  type Judged,
  type LossOn,
  limitsOf,
  lossName,
  lossOn,
  stated,
} from '../certification/index.js';
import type { Label } from '../types/index.js';

/**
 * Refuses a bound that a constant answer would meet on the tuning rows: certifying it would mean
 * nothing. A bound on the recall of one class alone is exempt: always answering that class meets it
 * by definition.
 */
export function refuseVacuous(spec: BoundSpec, judged: Judged, classes: readonly Label[]): void {
  const limits = limitsOf(spec);
  const numeric = classes.length === 0;
  // Among constants the median has the least mean absolute error.
  const constants = numeric ? [median([...judged.full])] : [...classes.keys()];
  for (const constant of constants) {
    const means = limits.map(({ loss }) => meanOfConstant(lossOn(loss, judged), judged, constant));
    // The mean over no rows is NaN, which meets no limit.
    if (!limits.every(({ epsilon }, i) => means[i] <= epsilon)) continue;
    if (limits.every(({ loss }) => typeof loss !== 'string' && 'recall' in loss && loss.recall === constant))
      continue;
    const lost = limits.map(
      ({ loss, epsilon }, i) =>
        `${means[i].toPrecision(2)} of ${lossName(stated(loss, classes))} on the tuning rows, within epsilon = ${epsilon}`,
    );
    const [answer, way] = numeric
      ? [constant, 'Ask for a smaller epsilon or scale']
      : [classes[constant], 'Ask for a smaller epsilon or a bound on the rare class (recall)'];
    throw new VacuousBound(
      `answering ${show(answer)} to everything would lose ${lost.join(', and ')}: a bound like that promises nothing. ` +
        `${way}, or pass allowVacuous: true`,
    );
  }
}

function meanOfConstant({ lost, counts }: LossOn, { full }: Judged, constant: number): number {
  let [sum, n] = [0, 0];
  for (let row = 0; row < full.length; row++) {
    if (!counts(constant, row)) continue;
    sum += lost(constant, row);
    n++;
  }
  return sum / n;
}
