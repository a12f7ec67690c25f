import test from 'ava';
import fc from 'fast-check';
import { CostEstimate } from '../../../../serve/scheduling/estimates/costs.js';

const near = (actual: number, expected: number, share: number) =>
  Math.abs(actual - expected) <= share * expected;

test('as the profile says, until something is measured', (t) => {
  const cost = new CostEstimate({ call: 500, row: 100, wait: 3000 });
  t.is(cost.callMs, 0.5);
  t.is(cost.rowMs, 0.1);
  t.is(cost.waitMs, 3);
  t.is(cost.ms(5), 1);
});

test('a first measurement counts half: by hand', (t) => {
  const cost = new CostEstimate({ call: 0, row: 1000, wait: 0 });
  // 10 rows take 15 ms instead of 10: the ratio goes to 1.25.
  cost.observe(10, 15, 4);
  t.true(near(cost.rowMs, 1.25, 1e-4));
  t.is(cost.waitMs, 2);
});

test('slices of several sizes tell calls from rows', (t) => {
  // Expected are 10 and 10 us, true are 200 and 5.
  const cost = new CostEstimate({ call: 10, row: 10, wait: 0 });
  for (let i = 0; i < 2000; i++) {
    const rows = [1, 10, 400][i % 3];
    cost.observe(rows, 0.2 + rows * 0.005, 0);
  }
  t.true(near(cost.callMs, 0.2, 0.05), `${cost.callMs}`);
  t.true(near(cost.rowMs, 0.005, 0.05), `${cost.rowMs}`);
});

test('an outlier hardly moves it, a lasting change soon does', (t) => {
  const cost = new CostEstimate({ call: 0, row: 1000, wait: 0 });
  for (let i = 0; i < 50; i++) cost.observe(2, 2, 0);
  cost.observe(2, 2000, 0);
  t.true(near(cost.ms(2), 2, 0.07));
  for (let i = 0; i < 50; i++) cost.observe(2, 2, 0);
  for (let i = 0; i < 12; i++) cost.observe(2, 20, 0);
  t.true(near(cost.ms(2), 20, 0.3), `${cost.ms(2)}`);
  for (let i = 0; i < 12; i++) cost.observe(2, 0.2, 0);
  t.true(near(cost.ms(2), 0.2, 0.5), `${cost.ms(2)}`);
});

test('a mode without measurements has the ratio of its base', (t) => {
  const base = new CostEstimate({ call: 0, row: 1000, wait: 0 });
  const mode = new CostEstimate({ call: 0, row: 100, wait: 0 }, base);
  for (let i = 0; i < 200; i++) base.observe(1, 2, 0);
  t.true(near(mode.rowMs, 0.2, 0.01));
  // From there it goes on by itself.
  for (let i = 0; i < 200; i++) mode.observe(10, 3, 0);
  t.true(near(mode.rowMs, 0.3, 0.01));
  t.true(near(base.rowMs, 2, 0.01));
});

test('it stays positive and finite, whatever is measured', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1e7, noNaN: true }))),
      fc.constantFrom(0, 1, 1000),
      (slices, row) => {
        const cost = new CostEstimate({ call: 5, row, wait: 0 });
        for (const [rows, ms] of slices) cost.observe(rows, ms, 0);
        t.true(cost.callMs > 0 && cost.rowMs > 0 && Number.isFinite(cost.ms(10)));
      },
    ),
  );
});

test('a row undisturbed takes the lower quartile of what it took, and no less than half of the mean', (t) => {
  const cost = new CostEstimate({ call: 0, row: 1000, wait: 0 });
  t.is(cost.undisturbedRowMs, cost.rowMs);
  // Every other slice of 4 rows waits 4 ms more.
  for (let i = 0; i < 400; i++) cost.observe(4, i % 2 === 0 ? 4 : 8, 0);
  t.true(cost.rowMs > 1.3 && cost.rowMs < 1.7, String(cost.rowMs));
  t.true(Math.abs(cost.undisturbedRowMs - 1) < 0.2, String(cost.undisturbedRowMs));
  // Half of the slices take nothing: rows that leave early are no rule.
  const early = new CostEstimate({ call: 0, row: 1000, wait: 0 });
  for (let i = 0; i < 400; i++) early.observe(4, i % 2 === 0 ? 0.1 : 8, 0);
  t.is(early.undisturbedRowMs, early.rowMs / 2);
});
