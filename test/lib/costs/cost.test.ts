import test from 'ava';
import fc from 'fast-check';
import {
  batchCost,
  type Cost,
  costOf,
  FREE,
  type Objective,
  rowCost,
  scaledCost,
} from '../../../lib/costs/index.js';
import { near } from '../../support/near.js';

const cost = (parts: Partial<Cost>): Cost => ({ ...FREE, ...parts });

test('throughput: processor time a row, the fixed part shared by 1,024 rows', (t) => {
  const costs = [cost({ fixed: 1024, perRow: 3 }), cost({ fixed: 512, perRow: 0.5 })];
  near(t, costOf(costs, 'throughput'), 1 + 3 + 0.5 + 0.5, 1e-12);
  // Only what is paid a row shrinks with the share of rows that get here.
  near(t, costOf(costs, 'throughput', 0.1), 1 + 0.3 + 0.5 + 0.05, 1e-12);
  // A lookup waits for nine tenths of its time: the processor is free meanwhile.
  near(t, costOf([cost({ fixed: 1024, perRow: 9, wait: 0.9 })], 'throughput'), 1, 1e-12);
});

test('how often the fixed part is paid may be said', (t) => {
  near(t, costOf([cost({ fixed: 1000, perRow: 3 })], 'throughput', 0.5, 1 / 50), 1.5 + 20, 1e-12);
  t.is(costOf([cost({ fixed: 1000, perRow: 3 })], 'throughput', 0, 1 / 50), 0);
});

test("latency: one row's way, on which work adds up and the longest wait decides", (t) => {
  const near_ = cost({ fixed: 100, perRow: 100, wait: 0.5 });
  const far = cost({ fixed: 0, perRow: 1000, wait: 0.9 });
  const local = cost({ fixed: 10, perRow: 5 });
  near(t, costOf([near_, far, local], 'latency'), 100 + 100 + 15 + Math.max(100, 900), 1e-12);
  near(t, costOf([near_, local], 'latency'), 100 + 15 + 100, 1e-12);
  near(t, costOf([local], 'latency'), 15, 1e-12);
});

test('price: money a row, whatever time it takes', (t) => {
  const costs = [cost({ price: 0.25, perRow: 1e6 }), cost({ price: 0.5 }), cost({ fixed: 3 })];
  t.is(costOf(costs, 'price'), 0.75);
  t.is(costOf(costs, 'price', 0.5), 0.375);
});

const objectives = fc.constantFrom<Objective>('throughput', 'latency', 'price');
const anyCost = fc.record({
  fixed: fc.double({ min: 0, max: 1e4, noNaN: true }),
  perRow: fc.double({ min: 0, max: 1e4, noNaN: true }),
  growth: fc.constant(0),
  wait: fc.double({ min: 0, max: 1, noNaN: true }),
  spread: fc.constant(0),
  price: fc.double({ min: 0, max: 10, noNaN: true }),
});

test('nothing to compute, or no row to compute it for, costs nothing', (t) => {
  fc.assert(
    fc.property(fc.array(anyCost), objectives, (costs, objective) => {
      t.is(costOf([], objective), 0);
      t.is(costOf(costs, objective, 0), 0);
    }),
  );
});

test('one thing more, or more rows, never cost less', (t) => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(anyCost), anyCost, objectives, share, share, (costs, more, objective, a, b) => {
      const slack = 1 + 1e-9;
      t.true(costOf(costs, objective, a) <= costOf([...costs, more], objective, a) * slack);
      t.true(costOf(costs, objective, Math.min(a, b)) <= costOf(costs, objective, Math.max(a, b)) * slack);
    }),
  );
});

/** 100 for one row, 400 for 16, 640 for 64, 2,560 for 1,024: cold for a few rows. */
const cold = cost({
  fixed: 80,
  perRow: 20,
  batches: [
    { rows: 16, time: 400 },
    { rows: 64, time: 640 },
    { rows: 1024, time: 2_560 },
  ],
});

test('what batches were seen to take is read off, between sizes in proportion', (t) => {
  for (const [rows, time] of [
    [1, 100],
    [8.5, 250],
    [16, 400],
    [40, 520],
    [1024, 2_560],
    // As from 64 on: 2 a row.
    [2048, 4_608],
  ]) {
    near(t, batchCost(cold, rows), time, 1e-12);
  }
  near(t, batchCost(cost({ fixed: 80, perRow: 20 }), 16), 400, 1e-12);
});

test('rows that few of a batch reach cost what so few take, not their share of a whole batch', (t) => {
  near(t, costOf([cold], 'throughput'), 2.5, 1e-12);
  // One in 64: 16 of 1,024 rows, at 25 a row.
  near(t, costOf([cold], 'throughput', 1 / 64), 25 / 64, 1e-6);
  near(t, costOf([cold], 'throughput', 16 / 100, 1 / 100), 4, 1e-12);
  // A row alone is what the line says.
  near(t, costOf([cold], 'latency'), 100, 1e-12);
  near(t, costOf([{ ...cold, wait: 0.5 }], 'throughput'), 1.25, 1e-12);
});

test('what one row more costs, and a share of it', (t) => {
  near(t, rowCost(cold, 'throughput'), (2_560 - 80) / 1024, 1e-12);
  t.is(rowCost(cold, 'latency'), 20);
  t.is(rowCost(cost({ perRow: 3 }), 'throughput'), 3);
  const half = scaledCost(cold, 0.5);
  t.is(half.perRow, 10);
  t.deepEqual(
    half.batches?.map(({ time }) => time),
    [240, 360, 1_320],
  );
  t.is(scaledCost(cost({ perRow: 3 }), 0.5).batches, undefined);
});
