import test from 'ava';
import { CostEstimate } from '../../../serve/scheduling/estimates/costs.js';
import { PredictionErrors } from '../../../serve/scheduling/estimates/predictionErrors.js';
import { ModeControl } from '../../../serve/scheduling/modeControl.js';
import { modelTerms } from '../../../serve/scheduling/options.js';
import { Pacing } from '../../../serve/scheduling/pacing.js';
import { CoreReservation } from '../../../serve/scheduling/reservation.js';
import { TenantAccount, Tenants } from '../../../serve/scheduling/tenants.js';

test('modes rise one by one under load, and fall after a while without', (t) => {
  const control = new ModeControl(2, 20);
  const chosen = (load: number, now: number) => control.choose(load, now);
  t.is(chosen(19, 0), 0);
  t.is(chosen(21, 1), 1);
  // A step shows its effect first.
  t.is(chosen(30, 2), 1);
  t.is(chosen(30, 22), 2);
  t.is(chosen(30, 50), 2);
  // Between the thresholds nothing changes; below, the own plan answers.
  t.is(chosen(6, 1500), 2);
  t.is(chosen(5, 1600), 0);
  t.is(control.level, 2);
  chosen(4, 2500);
  t.is(control.level, 1);
  t.is(chosen(10, 2600), 1);
  chosen(0, 3500);
  t.is(control.level, 1);
  chosen(0, 3600);
  t.is(control.level, 0);
  t.is(new ModeControl(0, 1).choose(1000, 0), 0);
});

test('a reservation saves up a little, and owes a little', (t) => {
  const reservation = new CoreReservation(0.5, 0);
  t.true(reservation.isDue(0, 2, 1));
  reservation.charge(100);
  // 8 ms owed, a ms a ms.
  t.false(reservation.isDue(8, 2, 1));
  t.true(reservation.isDue(8.1, 2, 1));
  t.true(reservation.isDue(1000, 2, 1));
  reservation.charge(8);
  t.false(reservation.isDue(1000, 2, 1));
  // Half as much when all shares are 2 together.
  t.true(reservation.isDue(1001, 2, 0.5));
  reservation.charge(0.6);
  t.false(reservation.isDue(1001.1, 2, 0.5));
});

test('the factor of safety is a quantile of actual to expected', (t) => {
  const errors = new PredictionErrors(0.9);
  const first = 2 ** (1 / 4);
  t.is(errors.factor(10), first);
  for (let i = 0; i < 100; i++) errors.record(10, i < 80 ? 9 : 19, i);
  t.is(errors.factor(10), 2);
  // Other sizes have their own.
  t.is(errors.factor(100), first);
  t.is(errors.factor(0.5), first);
});

test('doubts count only where nothing is measured', (t) => {
  const errors = new PredictionErrors();
  for (let i = 0; i < 200; i++) errors.record(10, 1000, i);
  t.is(errors.factor(10), 8);
  for (let i = 0; i < 2000; i++) errors.doubt(10, 200);
  t.is(errors.factor(10), 8);
  for (let i = 0; i < 2000; i++) errors.doubt(10, 2000);
  t.is(errors.factor(10), 1);
});

test('a slice has as many rows as cost 2 ms, or as much as the call', (t) => {
  const pacing = new Pacing(modelTerms({}, 2));
  const rows = (call: number, row: number) => pacing.rows(new CostEstimate({ call, row, wait: 0 }));
  t.is(rows(0, 100), 20);
  t.is(rows(500, 100), 15);
  t.is(rows(4000, 100), 40);
  t.is(rows(0, 5000), 1);
  t.is(
    new Pacing(modelTerms({ maxBatchRows: 8 }, 2)).rows(new CostEstimate({ call: 0, row: 1, wait: 0 })),
    8,
  );
  // Slices take half of the objective at most.
  t.is(new Pacing(modelTerms({ p99Ms: 1 }, 2)).rows(new CostEstimate({ call: 0, row: 100, wait: 0 })), 5);
});

test('with an objective, rows grow while it is met and shrink when it is not', (t) => {
  const pacing = new Pacing(modelTerms({ p99Ms: 40 }, 2));
  const cost = new CostEstimate({ call: 4000, row: 50, wait: 0 });
  t.is(pacing.rows(cost), 16);
  for (let i = 0; i < 200; i++) pacing.observe(cost, pacing.rows(cost), 10, 20);
  // Calls are a tenth of the cost.
  t.is(pacing.rows(cost), 720);
  pacing.observe(cost, 720, 0, 39);
  t.is(pacing.rows(cost), 540);
  // A row alone waits for others, where several came lately.
  pacing.waitingSince = 0;
  t.true(pacing.waitFor(cost, 1, 0) > 0);
  t.is(pacing.waitFor(cost, 1, 50), 0);
  t.is(pacing.waitFor(cost, 720, 0), 0);
  // Where calls are cheap nothing waits.
  t.is(pacing.waitFor(new CostEstimate({ call: 10, row: 50, wait: 0 }), 1, 0), 0);
});

test('a bucket fills at its rate, up to its burst', (t) => {
  const account = new TenantAccount({ msPerSecond: 100, burstMs: 20 }, 0);
  t.is(account.waitFor(20, 0), 0);
  account.charge(20);
  t.is(account.waitFor(5, 0), 50);
  t.is(account.waitFor(5, 30), 20);
  t.is(account.waitFor(5, 50), 0);
  // More than the burst needs a full bucket, and leaves a debt.
  t.is(account.waitFor(1000, 100), 100);
  t.is(account.waitFor(1000, 200), 0);
  account.charge(1000);
  t.is(account.waitFor(20, 200), 10_000);
  account.charge(-2000);
  t.true(account.isFull(200));
  const free = new TenantAccount({}, 0);
  free.charge(1e9);
  t.is(free.waitFor(1e9, 0), 0);
});

test('accounts without number do not pile up, and debts are kept', (t) => {
  const tenants = new Tenants({ others: { msPerSecond: 1000 } });
  const debtor = tenants.account('debtor', 0);
  debtor.charge(1e6);
  const first = tenants.account('first', 0);
  for (let i = 0; i < 5000; i++) tenants.account(`t${i}`, 0);
  t.is(tenants.account('debtor', 0), debtor);
  t.not(tenants.account('first', 0), first);
});
