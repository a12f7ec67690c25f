import type { ReportClause, ReportMeasuredLoss } from '../data/index.js';
import { amount, chosenPercent, clean, percent } from './numbers.js';

/** Of numbers what is allowed is a distance, in their own units. */
export function boundWords({ epsilon, scale }: Pick<ReportClause, 'epsilon' | 'scale'>): string {
  if (scale === undefined) return `at most ${chosenPercent(epsilon)}`;
  return `at most ${plain(scale * epsilon)} on average (${chosenPercent(epsilon)} of ${plain(scale)})`;
}

/** What was found of a promised loss on other rows. */
export function lossWords({ loss, epsilon, found, scale }: ReportMeasuredLoss): string {
  const was = scale === undefined ? percent(found, 2) : amount(scale * found);
  return `${clean(loss)}: ${was} on these rows, promised ${boundWords({ epsilon, ...(scale && { scale }) })}`;
}

/** As a person would write it, without digits that only rounding brought. */
function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}
