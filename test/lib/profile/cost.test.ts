import test from 'ava';
import fc from 'fast-check';
import { type Cost, costOf, FREE, type Objective } from '../../../lib/profile/index.js';
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
