import { grouped } from '../../util/count.js';
import type { ReportClause, ReportMeasuredLoss } from '../data/index.js';
import { amount, chosenPercent, clean, percent } from './numbers.js';

/** The loss allowed: a share, or for regression a mean difference in the units of the answers. */
export function boundWords({ epsilon, scale }: Pick<ReportClause, 'epsilon' | 'scale'>): string {
  if (scale === undefined) return `at most ${chosenPercent(epsilon)}`;
  return `at most ${grouped(scale * epsilon)} on average (${chosenPercent(epsilon)} of ${grouped(scale)})`;
}

/** A certified loss as measured on other rows, beside its bound. */
export function lossWords({ loss, epsilon, found, scale }: ReportMeasuredLoss): string {
  const was = scale === undefined ? percent(found, 2) : amount(scale * found);
  return `${clean(loss)}: ${was} on these rows; bound: ${boundWords({ epsilon, ...(scale && { scale }) })}`;
}
