import test from 'ava';
import { changedOnce, excessOf, lastInExcess } from '../../../cascades/batch/excess.js';
import { excessDesign } from '../../../cascades/batch/excessDesign.js';
import { random, sample } from '../../../lib/stats/index.js';

const plan = (threshold: number) => [Float64Array.of(threshold, threshold)];

test('a row that leaves loses in excess of what the full model does, by hand', (t) => {
  const pairs = {
    stages: [
      { answers: Float64Array.of(0, 1, 0, 1, 1), confidence: Float64Array.of(0.9, 0.9, 0.9, 0.9, 0.2) },
    ],
    drawn: Int32Array.of(0, 1, 2, 3, 4),
    full: Float64Array.of(0, 0, 0, 0, 0),
    second: Float64Array.of(0, 0, 1, 1, 1),
    population: 5,
    allowed: 1,
  };
  // Alike; changed; kept where the full model differs from itself; changed as it did; not let out.
  t.deepEqual(excessOf(plan(0.5), pairs), Float64Array.of(0, 1, -1, 0, 0));
});

test('of equal rows one alone counts as changed', (t) => {
  const full = Float64Array.of(0, 0, 0, 1, 0);
  const second = Float64Array.of(1, 1, Number.NaN, 0, 0);
  const first = Int32Array.of(0, 0, 0, 3, 3);
  t.deepEqual(
    changedOnce(first, { drawn: Int32Array.of(0, 1, 3, 4), full }, second),
    Float64Array.of(1, 0, Number.NaN, 0, 0),
  );
});

/** A batch whose first rows are changed, and some of which the full model answers in two ways. */
function batchOf(rows: number, changed: number, flips: number, seed: number) {
  const full = new Float64Array(rows);
  const second = Float64Array.from({ length: rows }, (_, row) => Number(row >= rows - flips));
  const stages = [
    {
      answers: Float64Array.from({ length: rows }, (_, row) => Number(row < changed)),
      confidence: Float64Array.from({ length: rows }, (_, row) => (row < rows / 2 ? 0.9 : 0.6)),
    },
  ];
  const drawn = sample(rows, rows / 4, random(seed)).sort();
  return { stages, full, second, drawn, population: rows, allowed: 0.02 * rows };
}

test('the path is walked up to the last plan that is shown to be within what is allowed', (t) => {
  const path = [plan(0.8), plan(0.5)];
  const by = { delta: 0.05, seed: 1 };
  t.is(lastInExcess(path, batchOf(2_000, 0, 0, 1), by), 1);
  // Rows on which it differs from itself make up for changes, where they leave as well.
  t.is(lastInExcess(path, batchOf(2_000, 100, 0, 1), by), -1);
  t.is(lastInExcess([plan(0.5)], batchOf(2_000, 100, 200, 1), by), 0);
  t.is(lastInExcess(path, batchOf(2_000, 100, 200, 1), by), -1);
});

test('what is allowed of more than all needs no sample', (t) => {
  const batch = { ...batchOf(40, 40, 0, 1), drawn: new Int32Array(0), allowed: 40 };
  t.is(lastInExcess([plan(0.5)], batch, { delta: 0.05, seed: 1 }), 0);
  // One less than all can lose is a bound, which no row shows.
  t.is(lastInExcess([plan(0.5)], { ...batch, allowed: 39 }, { delta: 0.05, seed: 1 }), -1);
});

test('the design saves more than it asks for, or draws nothing', (t) => {
  const batch = { rows: 10_000, allowed: 100, delta: 0.05 };
  const prospects = {
    leaving: [2_000, 5_000, 8_000],
    open: [2_000, 5_000, 8_000],
    excess: [-0.01, -0.005, 0.02],
    varying: [0.02, 0.05, 0.1],
  };
  const { plans, count } = excessDesign(batch, prospects);
  t.is(plans, 2);
  t.true(count > 100 && count < 1_500, String(count));
  t.is(excessDesign(batch, prospects, 800).count, 800);
  t.is(excessDesign(batch, { ...prospects, excess: [0.02, 0.02, 0.02] }).count, 0);
  t.is(excessDesign(batch, { ...prospects, leaving: [50, 50, 50] }).count, 0);
});
