import { count } from '../../util/count.js';
import type { ReportChanges } from '../data/index.js';
import { clean, percent } from './numbers.js';

/** Which answers change, as the table that summary and page have in common. */
export function changesTable({ answers, more, limits }: ReportChanges): {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly [string, string, string, string, readonly string[]])[];
  readonly aside: string;
} {
  const others = more === 0 ? '' : ` ${count(more)} more answers of the full model change less.`;
  return {
    heads: ['Full model’s answer', 'Rows', 'Changed', 'Limits', 'Cascade’s answer instead'],
    rows: answers.map(({ full, rows, changed, lower, upper, to }) => [
      clean(full),
      count(rows),
      changed === 0 ? '0' : `${count(changed)} (${percent(changed / rows)})`,
      `${percent(lower)} to ${percent(upper)}`,
      to.length === 0 ? ['–'] : to.map((each, i) => `${clean(each)}${i < to.length - 1 ? ',' : ''}`),
    ]),
    aside: `${limits}${others}`,
  };
}
