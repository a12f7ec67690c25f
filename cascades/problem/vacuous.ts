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
 * Refuses a bound that a constant answer would meet on the tuning rows: to certify it would say nothing. That recall of a
 * class alone is met by answering it to everything is in its nature, and no reason to refuse it.
 */
export function refuseVacuous(spec: BoundSpec, judged: Judged, classes: readonly Label[]): void {
  const limits = limitsOf(spec);
  const numeric = classes.length === 0;
  // Of numbers the median is nearest to all.
  const constants = numeric ? [median([...judged.full])] : [...classes.keys()];
  for (const constant of constants) {
    const means = limits.map(({ loss }) => meanOfConstant(lossOn(loss, judged), judged, constant));
    // Of no row at all the mean is NaN, which meets nothing.
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
