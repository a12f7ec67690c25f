import test from 'ava';
import fc from 'fast-check';
import { measureCosts, type Subject } from '../../../lib/costs/index.js';
import { fitCost } from '../../../lib/costs/line.js';
import { FakeClock, subject } from '../../support/fakeClock.js';
import { near } from '../../support/near.js';

/** The batch sizes that are measured. */
const SIZES = [1, 8, 64];

test('the fixed and the per-row part are found, and nothing of readying', async (t) => {
  const clock = new FakeClock();
  const steady: Subject = {
    name: 'steady',
    price: 0.5,
    ready(size) {
      clock.work(1e5);
      return () => clock.work(50 + 3 * size);
    },
  };
  const [cost] = await measureCosts([steady], { clock });
  near(t, cost.fixed, 50, 1e-6);
  near(t, cost.perRow, 3, 1e-6);
  near(t, cost.spread, 0, 0, 1e-9);
  t.is(cost.wait, 0);
  t.is(cost.price, 0.5);
});

test('subjects take turns, size by size, on other rows each round; ten rounds suffice steady ones', async (t) => {
  const clock = new FakeClock();
  const calls: string[] = [];
  const noted = (name: string) =>
    subject(name, (size, round) => {
      calls.push(`${name} ${size} ${round}`);
      clock.work(size);
    });
  await measureCosts([noted('a'), noted('b')], { clock });
  const round = (r: number) => ['a', 'b'].flatMap((name) => SIZES.map((size) => `${name} ${size} ${r}`));
  t.deepEqual(calls, Array.from({ length: 10 }, (_, r) => round(r)).flat());
});

test('a subject may name its own sizes', async (t) => {
  const clock = new FakeClock();
  const sizes: number[] = [];
  const [cost] = await measureCosts(
    [{ ...subject('few', (size) => clock.work(5 + 2 * size) ?? sizes.push(size)), sizes: [8, 64] }],
    { clock },
  );
  t.deepEqual(sizes.slice(0, 4), [8, 64, 8, 64]);
  near(t, cost.fixed, 5, 1e-6);
  near(t, cost.perRow, 2, 1e-6);
});

test('the first three rounds warm up and are not counted', async (t) => {
  const clock = new FakeClock();
  let runs = 0;
  const cold = subject('cold', (size, round) => {
    runs++;
    clock.work(size * (round < 3 ? 100 : 1));
  });
  const [cost] = await measureCosts([cold], { clock });
  near(t, cost.spread, 0, 0, 1e-9);
  t.is(runs / SIZES.length, 10);
});

test('single outliers change nothing', async (t) => {
  const clock = new FakeClock();
  const jumpy = subject('jumpy', (size, round) => {
    clock.work((20 + 2 * size) * (round % 5 === 4 ? 1000 : 1));
  });
  const [cost] = await measureCosts([jumpy], { clock });
  near(t, cost.fixed, 20, 1e-6);
  near(t, cost.perRow, 2, 1e-6);
});

test('an unsteady subject is measured longer than a steady one, but not for ever', async (t) => {
  const count = async (noise: number, slowness: number) => {
    const clock = new FakeClock();
    let runs = 0;
    const unsteady = subject('unsteady', (size, round) => {
      runs++;
      clock.work(slowness * (100 + size) * (1 + noise * (round % 3)));
    });
    const [cost] = await measureCosts([unsteady], { clock });
    return { rounds: runs / SIZES.length, cost };
  };
  t.is((await count(0, 1)).rounds, 10);
  const noisy = await count(1, 1);
  t.is(noisy.rounds, 23);
  // Rounds take 1, 2 or 3 times the least: the quartiles lie 2 apart, at a median of 2.
  near(t, noisy.cost.spread, 1, 1e-9);
  // Batches that take seconds run three times, beside those that warm up.
  t.is((await count(1, 1e4)).rounds, 3 + 3);
});

test('the part that is spent waiting is told from processor time, and only where a promise was waited for', async (t) => {
  const clock = new FakeClock();
  const remote = subject('remote', async (size) => {
    clock.work(10 + size);
    await Promise.resolve();
    clock.wait(3 * (10 + size));
  });
  // Time that passes without a wait is the processor's, also where its clock is too coarse to show it.
  const local = subject('local', (size) => clock.wait(10 + size));
  const costs = await measureCosts([remote, local], { clock });
  near(t, costs[0].wait, 0.75, 1e-9);
  near(t, costs[0].perRow, 4, 1e-6);
  t.is(costs[1].wait, 0);
  const blind = { now: () => clock.now() };
  const [unknown] = await measureCosts([remote], { clock: blind });
  t.is(unknown.wait, 0);
});

test('measuring stops when it is aborted', async (t) => {
  const clock = new FakeClock();
  const controller = new AbortController();
  let runs = 0;
  const aborting = subject('aborting', () => {
    clock.work(1);
    if (++runs === 6) controller.abort(new Error('enough'));
  });
  await t.throwsAsync(measureCosts([aborting], { clock, signal: controller.signal }), { message: 'enough' });
  t.is(runs, 6);
});

test('a subject that fails fails the measurement', async (t) => {
  const failing = subject('failing', () => Promise.reject(new Error('gone')));
  await t.throwsAsync(measureCosts([failing], { clock: new FakeClock() }), { message: 'gone' });
});

test('progress goes from 0 to 1 and never back', async (t) => {
  const clock = new FakeClock();
  const shares: number[] = [];
  const noisy = subject('noisy', (size, round) => clock.work(size * (1 + (round % 4))));
  await measureCosts([noisy], { clock, onProgress: (share) => shares.push(share) });
  t.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  t.true(shares[0] >= 0 && shares.length > 10);
  t.deepEqual(
    shares.filter((share) => share >= 1),
    [1],
  );
});

const part = fc.double({ min: 1e-3, max: 1e5, noNaN: true });

test('a line through exact medians is found again', (t) => {
  fc.assert(
    fc.property(part, part, (fixed, perRow) => {
      const found = fitCost(
        SIZES,
        SIZES.map((size) => fixed + perRow * size),
      );
      for (const size of SIZES) near(t, found.fixed + found.perRow * size, fixed + perRow * size, 1e-6);
    }),
  );
});

test('no part of a cost is negative, whatever was measured', (t) => {
  const medians = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(medians, (times) => {
      const { fixed, perRow } = fitCost(SIZES, times);
      t.true(fixed >= 0 && perRow >= 0 && Number.isFinite(fixed + perRow), `${fixed} ${perRow}`);
    }),
  );
});

test('times that fall with size are all fixed; times that start below nothing are all per row', (t) => {
  // Weighted mean of 40, 20, 10 by 1 / y^2.
  const weights = [1 / 1600, 1 / 400, 1 / 100];
  const mean = (1 / 40 + 1 / 20 + 1 / 10) / weights.reduce((a, b) => a + b);
  const falling = fitCost(SIZES, [40, 20, 10]);
  near(t, falling.fixed, mean, 1e-12);
  t.is(falling.perRow, 0);
  // y = size^2 bends upwards: the best line would cross zero.
  const bending = fitCost(
    SIZES,
    SIZES.map((size) => size * size),
  );
  t.is(bending.fixed, 0);
  // Sum of x y / y^2 over sum of x^2 / y^2, with y = x^2.
  const up = SIZES.reduce((sum, x) => sum + 1 / x, 0);
  near(t, bending.perRow, up / SIZES.reduce((sum, x) => sum + 1 / x ** 2, 0), 1e-12);
});
