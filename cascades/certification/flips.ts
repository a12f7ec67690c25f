import { binomialLower, binomialUpper } from '../../lib/stats/index.js';
import { asksTwiceFor, type BoundSpec, type Judged } from '../losses/index.js';
import type { Flips, Repeating } from '../types/index.js';

/** Whether the full model is asked twice about each row: one that was trained here never differs from itself. */
export function isAskedTwice(full: { readonly learner: unknown }, spec: BoundSpec): boolean {
  return full.learner === undefined && asksTwiceFor(spec);
}

/**
 * How often the full model differs from itself, on rows that it was asked twice. The limits are exact (Clopper and
 * Pearson, Biometrika 1934) and hold together with a chance of delta to fail: half of it on each side.
 *
 * @param judged the rows that were drawn
 * @returns undefined where none was asked twice
 */
export function flipsOf(
  { full, second }: Judged,
  delta: number,
  unit: 'rows' | 'groups',
  repeating: Repeating | undefined,
): Flips | undefined {
  if (second === undefined || full.length === 0) return undefined;
  const rows = full.length;
  const differ = full.reduce((sum, answer, row) => sum + Number(answer !== second[row]), 0);
  if (unit === 'groups' || repeating?.are === 'either') return { rows, differ, lower: null, upper: null };
  return {
    rows,
    differ,
    lower: binomialLower(differ, rows, delta / 2),
    upper: binomialUpper(differ, rows, delta / 2),
  };
}
