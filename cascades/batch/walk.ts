import { exitStage, type StageAnswers, type Thresholds } from '../chain/index.js';

/**
 * A path over the rows of one batch: the rows that its plans let out, and the last plan that
 * passes.
 */

/** Rows of each plan of a path, from conservative to aggressive. */
export interface LeavingRows {
  /** Rows that the plan lets out. */
  readonly leaving: readonly number[];
  /** Rows that it or any plan before lets out. */
  readonly open: readonly number[];
}

/**
 * The rows that plans would let out before the full model.
 *
 * @returns also `opens`: the first plan that lets a row out; the number of plans where none does
 */
export function lettingOut(
  stages: readonly StageAnswers[],
  path: readonly Thresholds[],
  rows: number,
): LeavingRows & { readonly opens: Int32Array } {
  const opens = new Int32Array(rows).fill(path.length);
  const leaving: number[] = [];
  const open: number[] = [];
  path.forEach((thresholds, j) => {
    leaving.push(0);
    open.push(open[j - 1] ?? 0);
    for (let row = 0; row < rows; row++) {
      if (exitStage(stages, thresholds, row) === stages.length) continue;
      leaving[j]++;
      if (opens[row] < j) continue;
      opens[row] = j;
      open[j]++;
    }
  });
  return { opens, leaving, open };
}

/** The most aggressive plan up to which no more than `errors` of the rows are wrong under any plan; -1 if none is. */
export function mostAggressivePlan(
  stages: readonly StageAnswers[],
  path: readonly Thresholds[],
  rows: Int32Array,
  full: Float64Array,
  errors: number,
): number {
  const wrong = new Set<number>();
  const stop = path.findIndex((thresholds) => {
    for (const row of wrongAmong(stages, thresholds, rows, full)) wrong.add(row);
    return wrong.size > errors;
  });
  return (stop < 0 ? path.length : stop) - 1;
}

/** The rows that leave with another answer than the full model's. */
export function wrongAmong(
  stages: readonly StageAnswers[],
  thresholds: Thresholds,
  rows: Int32Array,
  full: Float64Array,
): Int32Array {
  return rows.filter((row) => {
    const s = exitStage(stages, thresholds, row);
    return s < stages.length && stages[s].answers[row] !== full[row];
  });
}
