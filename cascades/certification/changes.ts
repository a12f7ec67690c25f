import { consecutive } from '../../lib/data/blocks/index.js';
import { binomialLower, binomialUpper } from '../../lib/stats/index.js';
import { expm1 } from '../../lib/util/math/index.js';
import type { Changes, Label } from '../types/index.js';
import { type CertificationTable, samplesOf } from './table.js';

/** Of every plan of a path, the certification rows whose answers it changes. Plain data, by numbers of classes. */
export interface PathChanges {
  /** One for each sample that a plan must pass; the first is of all rows drawn. */
  readonly samples: readonly SampleChanges[];
  /** Of a finite batch, where the one plan that is served was counted. */
  readonly batch?: TestedBatch;
}

/** A finite batch that a sample was drawn from. */
export interface TestedBatch {
  /** Its rows, and those of them that tested plans may let out: the sample is drawn from these. */
  readonly rows: number;
  readonly open: number;
  /** How many plans were tested. */
  readonly plans: number;
}

interface SampleChanges {
  /** Rows by the full model's answer, a number for each class. */
  readonly rows: readonly number[];
  /** Units that were seen, which may be of any class and may be changed. */
  readonly seen: number;
  /** For each plan the pairs of answers that differ: the full model's, the plan's, how many rows; and so on. */
  readonly cells: readonly (readonly number[])[];
}

/**
 * Counts what plans change, plan by plan. Undefined for regression, where hardly any two answers are equal.
 *
 * @param answersAt what a plan answers each row
 */
export function pathChanges(
  plans: number,
  answersAt: (plan: number) => Float64Array,
  table: Pick<CertificationTable, 'full' | 'classes' | 'samples'>,
): PathChanges | undefined {
  const width = table.classes.length;
  if (width === 0) return undefined;
  const { full } = table;
  const samples = samplesOf(table).map(({ rows = consecutive(0, full.length), seen = 0 }) => {
    const by = new Array<number>(width).fill(0);
    for (const row of rows) by[full[row]]++;
    return { where: rows, rows: by, seen, cells: [] as (readonly number[])[] };
  });
  for (let plan = 0; plan < plans; plan++) {
    const answers = answersAt(plan);
    for (const { where, cells } of samples) cells.push(cellsOf(answers, full, where, width));
  }
  return { samples: samples.map(({ where: _, ...counts }) => counts) };
}

function cellsOf(answers: Float64Array, full: Float64Array, where: Int32Array, width: number): number[] {
  const counts = new Map<number, number>();
  for (const row of where) {
    if (answers[row] === full[row]) continue;
    const cell = full[row] * width + answers[row];
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .flatMap(([cell, count]) => [Math.floor(cell / width), cell % width, count]);
}

/**
 * The same of the plan that answers a finite batch. Rows to which the full model has no answer are left out.
 *
 * @param answers the plan's, by the same positions as the full model's
 * @param drawn positions of the sample
 */
export function batchChanges(
  answers: Float64Array,
  full: Float64Array,
  drawn: Int32Array,
  classes: readonly Label[],
  batch: TestedBatch,
): PathChanges | undefined {
  const rows = drawn.filter((row) => full[row] >= 0);
  const counts = pathChanges(1, () => answers, { full, classes, samples: [{ rows }] });
  return rows.length === 0 ? undefined : counts && { ...counts, batch };
}

/**
 * What one plan of a path changes, with limits. Given the full model's answers to all rows, those that it gives one
 * class are independent draws of its kind, so that their number changed is binomial, and Clopper and Pearson's limits
 * (Biometrika 1934) are exact. Each of the 2 x answers x plans limits has an equal share of delta (Bonferroni), so all
 * hold together, whichever plan the same rows choose. Where equal rows may be draws or copies, the wider of both
 * samples' limits holds. Rows of a group aren't independent: there the limits are estimates.
 *
 * Of a finite batch, given how many rows of the sample have an answer, these are a simple random sample of the batch's
 * rows that have it and may be let out. Their number changed is hypergeometric, which is a sum of independent coins
 * (Vatutin and Mikhailov 1982), so its tails are within the binomial's (Hoeffding, Annals of Mathematical Statistics
 * 1956) but for one row changed, or all but one: at 1 - e^-level instead of the level those hold, too.
 */
export function planChanges(
  { samples, batch }: PathChanges,
  plan: number,
  classes: readonly Label[],
  delta: number,
  unit: 'rows' | 'groups',
): Changes {
  const [drawn] = samples;
  const plans = batch?.plans ?? drawn.cells.length;
  const given = classes.filter((_, c) => samples.some(({ rows }) => rows[c] > 0)).length;
  const share = delta / (2 * given * plans);
  const level = batch === undefined ? share : -expm1(-share);
  const moved = samples.map(({ cells }) => {
    const cell = cells[plan];
    const count = Math.floor(cell.length / 3);
    return Array.from({ length: count }, (_, i) => ({
      from: cell[3 * i],
      to: cell[3 * i + 1],
      rows: cell[3 * i + 2],
    }));
  });
  const totals = moved.map((cells) => {
    const sums = classes.map(() => 0);
    for (const { from, rows } of cells) sums[from] += rows;
    return sums;
  });
  const limitsAt = (c: number) => {
    const each = samples.map(({ rows, seen }, s) => ({ n: rows[c] + seen, k: totals[s][c], seen }));
    return {
      lower: Math.min(...each.map(({ n, k }) => binomialLower(k, n, level))),
      upper: Math.max(...each.map(({ n, k, seen }) => binomialUpper(k + seen, n, level))),
    };
  };
  return {
    limits: unit === 'rows' ? 'simultaneous' : 'estimate',
    delta,
    plans,
    ...(batch && { batch: { rows: batch.rows, open: batch.open } }),
    answers: classes.flatMap((full, c) => {
      if (drawn.rows[c] === 0) return [];
      const to = moved[0].filter(({ from }) => from === c).sort((a, b) => b.rows - a.rows);
      return [
        {
          full,
          rows: drawn.rows[c],
          changed: totals[0][c],
          ...limitsAt(c),
          to: to.map((cell) => ({ cascade: classes[cell.to], rows: cell.rows })),
        },
      ];
    }),
  };
}
