import { meanSimple, median } from 'simple-statistics';
import type { Judged } from '../losses/index.js';
import type { Baseline, Label } from '../types/index.js';

/**
 * The errors of the full model and of the best constant answer on these rows; undefined where rows have no labels, or
 * there is none.
 *
 * @param classes none for regression
 */
export function baselineOf(
  { full, labels }: Judged,
  classes: readonly Label[],
  of: Baseline['of'],
): Baseline | undefined {
  const rows = full.length;
  if (labels === undefined || rows === 0) return undefined;
  const meanOf = (error: (row: number) => number) => meanSimple(Array.from(full, (_, row) => error(row)));
  if (classes.length === 0) {
    // The median is the constant of the least mean absolute error.
    const answer = median([...labels]);
    return {
      of,
      rows,
      byClass: [],
      full: meanOf((row) => Math.abs(full[row] - labels[row])),
      constant: { answer, error: meanOf((row) => Math.abs(answer - labels[row])) },
    };
  }
  const byClass = classes.map(() => 0);
  for (const label of labels) byClass[label]++;
  const most = Math.max(...byClass);
  return {
    of,
    rows,
    byClass,
    full: meanOf((row) => Number(full[row] !== labels[row])),
    constant: { answer: classes[byClass.indexOf(most)], error: 1 - most / rows },
  };
}
