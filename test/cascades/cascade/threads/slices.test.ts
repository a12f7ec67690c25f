import test from 'ava';
import { joinedAnswers, sliceRows } from '../../../../cascades/cascade/threads/slices.js';
import type { Answers } from '../../../../index.js';

const cost = (row: number, call = 0) => ({ row, call, wait: 0 });

test('slices take 1 to 8 ms, and threads share a call', (t) => {
  // 60 rows of 1.5 ms: 8 ms are 5.3 rows.
  t.is(sliceRows(60, 2, cost(1_500)), 6);
  // 300 us a row: half of 20 rows take 3 ms; half of 4 would take less than one.
  t.is(sliceRows(20, 2, cost(300)), 10);
  t.is(sliceRows(4, 2, cost(300)), 4);
  // One row takes longer than a slice should.
  t.is(sliceRows(9, 3, cost(50_000)), 1);
  // A call of 2 ms is worth 20 ms of rows: 200.
  t.is(sliceRows(5_000, 2, cost(100, 2_000)), 200);
  t.is(sliceRows(5_000, 2, cost(0)), 1_024);
  t.is(sliceRows(0, 2, cost(10)), 100);
});

test('answers to slices are joined in order, and promise what all of them promise', (t) => {
  const part = (labels: string[], verdict: Answers<string>['verdict']): Answers<string> => ({
    labels,
    scores: Float64Array.from(labels, (_, i) => i / 2),
    exits: Uint8Array.from(labels, (_, i) => i),
    degraded: new Uint8Array(labels.length),
    faults: [],
    verdict,
    shadow: {
      labels,
      exits: new Uint8Array(labels.length),
      degraded: new Uint8Array(labels.length),
      verdict,
    },
  });
  const all = joinedAnswers([part(['a', 'b'], 'certified'), part(['c'], 'degraded')]);
  t.deepEqual(all.labels, ['a', 'b', 'c']);
  t.deepEqual(all.scores, Float64Array.of(0, 0.5, 0));
  t.deepEqual(all.exits, Uint8Array.of(0, 1, 0));
  t.deepEqual([all.verdict, all.shadow?.verdict], ['degraded', 'degraded']);
  t.deepEqual(all.shadow?.labels, ['a', 'b', 'c']);
});
