import { consecutive } from '../../lib/data/blocks/index.js';
import { binomialLower, binomialUpper } from '../../lib/stats/index.js';
import type { UnitSample } from '../holdout/index.js';
import { asksTwiceFor, type BoundSpec, type Judged } from '../losses/index.js';
import type { Flips } from '../types/index.js';

/** Whether the full model is asked twice about each row: one that was trained here never differs from itself. */
export function isAskedTwice(full: { readonly learner: unknown }, spec: BoundSpec): boolean {
  return full.learner === undefined && asksTwiceFor(spec);
}

/**
 * How often the full model differs from itself, on rows that it was asked twice. The limits are exact (Clopper and
 * Pearson, Biometrika 1934) and hold together with a chance of delta to fail: half of it on each side. Where equal rows
 * may be draws or copies, they hold in both cases; units that were seen may be either.
 *
 * @param samples those of which one consists of independent units. @defaultValue all rows
 * @returns undefined where none was asked twice
 */
export function flipsOf(
  { full, second }: Pick<Judged, 'full' | 'second'>,
  samples: readonly UnitSample[] = [{}],
  delta: number,
  unit: 'rows' | 'groups',
): Flips | undefined {
  if (second === undefined || full.length === 0) return undefined;
  const [first, ...others] = samples.map(({ rows = consecutive(0, full.length), seen = 0 }) => ({
    rows: rows.length,
    seen,
    differ: rows.reduce((sum, row) => sum + Number(full[row] !== second[row]), 0),
  }));
  const { rows, differ } = first;
  if (unit === 'groups') return { rows, differ, lower: null, upper: null };
  const all = [first, ...others].map((each) => ({ ...each, n: each.rows + each.seen }));
  return {
    rows,
    differ,
    lower: Math.min(...all.map((each) => binomialLower(each.differ, each.n, delta / 2))),
    upper: Math.max(...all.map((each) => binomialUpper(each.differ + each.seen, each.n, delta / 2))),
  };
}
