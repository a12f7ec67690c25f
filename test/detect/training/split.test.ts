import test from 'ava';
import fc from 'fast-check';
import { type Histograms, plainHistograms } from '../../../detect/histograms/index.js';
import { bestCut, betterCut } from '../../../detect/training/split.js';
import { findSplitBy } from '../../../detect/training/splitSearch.js';

interface Problem {
  /** Bins of each feature. */
  readonly columns: readonly (readonly number[])[];
  readonly weights: readonly number[];
  readonly positives: number;
}

const problems = (bins: number, most: number) =>
  fc.integer({ min: 2, max: 12 }).chain((rows) =>
    fc.record({
      columns: fc.array(
        fc.array(fc.integer({ min: 0, max: bins - 1 }), { minLength: rows, maxLength: rows }),
        { minLength: 1, maxLength: most },
      ),
      weights: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: rows, maxLength: rows }),
      positives: fc.integer({ min: 0, max: rows }),
    }),
  );

function histogramsOf({ columns, weights }: Problem): Histograms {
  const rows = weights.length;
  const histograms = plainHistograms(columns.length, rows);
  for (const [feature, column] of columns.entries()) histograms.bins.set(column, feature * rows);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  histograms.weights.set(weights.map((weight) => weight / total));
  histograms.order.set(weights.map((_, row) => row));
  return histograms;
}

/** What two leaves gain over one: the weighted squared errors about the means, computed from their definition. */
function gainOf({ weights, positives }: Problem, isLeft: (row: number) => boolean): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const error = (rows: readonly number[]) => {
    const weight = rows.reduce((sum, row) => sum + weights[row], 0);
    const label = (row: number) => (row < positives ? 1 : -1);
    const mean = rows.reduce((sum, row) => sum + weights[row] * label(row), 0) / weight;
    return rows.reduce((sum, row) => sum + (weights[row] / total) * (label(row) - mean) ** 2, 0);
  };
  const rows = weights.map((_, row) => row);
  return error(rows) - error(rows.filter(isLeft)) - error(rows.filter((row) => !isLeft(row)));
}

const rowsOf = ({ weights, positives }: Problem) => ({ begin: 0, middle: positives, end: weights.length });

test('the best of all thresholds of all features is found', (t) => {
  fc.assert(
    fc.property(problems(256, 9), (problem) => {
      const split = findSplitBy(histogramsOf(problem), problem.columns.length, 'haar')(rowsOf(problem));
      let most = 0;
      for (const column of problem.columns) {
        for (const cut of column) most = Math.max(most, gainOf(problem, (row) => column[row] < cut) || 0);
      }
      t.true(Math.abs((split?.gain ?? 0) - most) < 1e-9);
      if (split === undefined) return;
      const column = problem.columns[split.feature];
      t.true(Math.abs(gainOf(problem, (row) => split.goesLeft[column[row]] === 1) - most) < 1e-9);
    }),
  );
});

test('the best of all subsets of patterns is found', (t) => {
  fc.assert(
    fc.property(problems(6, 3), (problem) => {
      const split = findSplitBy(histogramsOf(problem), problem.columns.length, 'lbp')(rowsOf(problem));
      let most = 0;
      for (const column of problem.columns) {
        for (let subset = 0; subset < 64; subset++) {
          most = Math.max(most, gainOf(problem, (row) => ((subset >> column[row]) & 1) === 1) || 0);
        }
      }
      t.true(Math.abs((split?.gain ?? 0) - most) < 1e-9);
    }),
  );
});

test('ranges of features joined give the very cut of all', (t) => {
  fc.assert(
    fc.property(problems(4, 20), fc.boolean(), (problem, isOrdered) => {
      const histograms = histogramsOf(problem);
      const count = problem.columns.length;
      const all = bestCut(histograms, rowsOf(problem), 0, count, isOrdered);
      const parts = [0, 4, 12].map((from, i) =>
        bestCut(histograms, rowsOf(problem), from, Math.min(count, [4, 12, count][i]), isOrdered),
      );
      t.deepEqual(parts.reverse().reduce(betterCut), all);
    }),
  );
});
