import test from 'ava';
import {
  firstPace,
  isReady,
  type Limits,
  type Pace,
  paceAfter,
} from '../../../../../lib/run/runtime/batching/pace.js';

const aimed: Limits = { maxRows: 256, maxWaitMs: 4, p99Ms: 20 };
const unaimed: Limits = { ...aimed, p99Ms: undefined };

test('a batch goes when it is full, when all that usually come are there, or when the first has waited', (t) => {
  const pace: Pace = { rows: 32, waitMs: 4, usual: 10.7 };
  t.false(isReady(pace, 9, 3.9));
  t.true(isReady(pace, 10, 0));
  t.true(isReady(pace, 1, 4));
  t.true(isReady({ ...pace, usual: 200 }, 32, 0));
  t.false(isReady({ ...pace, usual: 200 }, 31, 0));
});

test('without an objective only what is usual is learnt', (t) => {
  const pace = paceAfter(firstPace(unaimed), { rows: 9, left: 0, slowestMs: 1e6 }, unaimed);
  t.deepEqual(pace, { rows: 256, waitMs: 4, usual: 5 });
});

test('a late batch makes them smaller by a quarter, a full one in time larger by a step', (t) => {
  const pace: Pace = { rows: 100, waitMs: 4, usual: 100 };
  const late = paceAfter(pace, { rows: 100, left: 0, slowestMs: 16.1 }, aimed);
  t.deepEqual(late, { rows: 75, waitMs: 3, usual: 100 });
  const inTime = paceAfter(late, { rows: 75, left: 0, slowestMs: 15.9 }, aimed);
  t.deepEqual(inTime, { rows: 83, waitMs: 3.125, usual: 87.5 });
  const half = paceAfter(late, { rows: 40, left: 0, slowestMs: 15.9 }, aimed);
  t.is(half.rows, 75, 'one that was not full says nothing of larger ones');
});

test('while more waits than a batch takes, they grow, late or not', (t) => {
  const pace: Pace = { rows: 100, waitMs: 2, usual: 100 };
  const after = paceAfter(pace, { rows: 100, left: 1, slowestMs: 1_000 }, aimed);
  t.deepEqual(after, { rows: 108, waitMs: 2, usual: 100 });
});

test('whatever happens the limits hold', (t) => {
  let pace = firstPace(aimed);
  for (let i = 0; i < 200; i++) pace = paceAfter(pace, { rows: pace.rows, left: 0, slowestMs: 1 }, aimed);
  t.deepEqual([pace.rows, pace.waitMs], [256, 4]);
  for (let i = 0; i < 200; i++) pace = paceAfter(pace, { rows: pace.rows, left: 0, slowestMs: 99 }, aimed);
  t.is(pace.rows, 1);
  t.true(pace.waitMs < 0.01);
});

test('batches settle where they are just in time', (t) => {
  // A call waits for the batch before its own, and then for its own: 0.1 ms a row each.
  let pace = firstPace(aimed);
  const sizes: number[] = [];
  for (let i = 0; i < 300; i++) {
    sizes.push(pace.rows);
    pace = paceAfter(pace, { rows: pace.rows, left: 0, slowestMs: 0.2 * pace.rows }, aimed);
  }
  const settled = sizes.slice(100);
  // 80 rows take 16 ms, four fifths of the objective.
  t.true(
    Math.max(...settled) <= 88 && Math.min(...settled) >= 60,
    `${Math.min(...settled)} to ${Math.max(...settled)}`,
  );
});
