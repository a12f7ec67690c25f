import test from 'ava';
import { batchTimes, type Subject, warmUp } from '../../../lib/costs/index.js';
import { random } from '../../../lib/stats/index.js';
import { FakeClock, subject } from '../../support/fakeClock.js';
import { near } from '../../support/near.js';

const draw = random(1);

test('each round runs all subjects at all sizes in another order; those that name their own sizes are given no others', async (t) => {
  const clock = new FakeClock();
  const calls: string[] = [];
  // Until the end, no two rounds take the same.
  const unsteady = (name: string): Subject =>
    subject(name, (size, round) => {
      calls.push(`${name} ${size} ${round}`);
      clock.work(1 + round);
    });
  await batchTimes([unsteady('a'), { ...unsteady('b'), sizes: [64] }], [16, 64], 1e9, {
    clock,
    random: draw,
  });
  // One round warms up, fifteen count.
  t.is(calls.length, 3 * 16);
  const orders = Array.from({ length: 16 }, (_, round) => calls.slice(3 * round, 3 * round + 3));
  orders.forEach((order, round) => {
    t.deepEqual([...order].sort(), [`a 16 ${round}`, `a 64 ${round}`, `b 64 ${round}`]);
  });
  t.true(new Set(orders.map((order) => order.map((call) => call.slice(0, 4)).join())).size > 2);
});

test('garbage that a large batch leaves behind isn’t charged to whatever is measured after it', async (t) => {
  const clock = new FakeClock();
  let garbage = false;
  const large = subject('large', () => {
    clock.work(100);
    garbage = true;
  });
  const small = (name: string) =>
    subject(name, () => {
      clock.work(garbage ? 51 : 1);
      garbage = false;
    });
  const all = [large, small('a'), small('b'), small('c'), small('d')];
  const times = await batchTimes(all, [16], 1e9, { clock, random: draw });
  t.deepEqual(
    times.map(([{ time }]) => Math.round(time)),
    [100, 1, 1, 1, 1],
  );
});

test('medians over the rounds that count', async (t) => {
  const clock = new FakeClock();
  const jumpy = subject('jumpy', (size, round) =>
    clock.work(size * (round < 1 ? 1_000 : round % 5 === 0 ? 50 : 3)),
  );
  const [times] = await batchTimes([jumpy], [16, 64], 1e9, { clock, random: draw });
  [48, 192].forEach((time, i) => {
    near(t, times[i].time, time, 1e-9);
  });
});

test('where time is up the least number of rounds is run; aborted, none', async (t) => {
  const clock = new FakeClock();
  let runs = 0;
  const slow = subject('slow', () => {
    runs++;
    clock.work(5e4);
  });
  await batchTimes([slow], [16], 10, { clock, random: draw });
  t.is(runs, 1 + 5);
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await t.throwsAsync(batchTimes([slow], [16], 10, { clock, signal: controller.signal, random: draw }), {
    message: 'enough',
  });
  t.is(runs, 6);
});

test('a batch that has run three times for 0.3 s is not run again, while others are', async (t) => {
  const clock = new FakeClock();
  const runs = { slow: new Map<number, number>(), unsteady: 0 };
  const slow = subject('slow', (size) => {
    runs.slow.set(size, (runs.slow.get(size) ?? 0) + 1);
    clock.work(2_000 * size);
  });
  const unsteady = subject('unsteady', (_, round) => {
    runs.unsteady++;
    clock.work(1 + round);
  });
  const [times] = await batchTimes([slow, { ...unsteady, sizes: [1] }], [8, 64], 1e9, {
    clock,
    random: draw,
  });
  // 16 ms each time, and 128 ms: one warms up.
  t.deepEqual([runs.slow.get(8), runs.slow.get(64), runs.unsteady], [16, 1 + 3, 16]);
  t.deepEqual(
    times.map(({ time }) => Math.round(time)),
    [16_000, 128_000],
  );
});

test('steady times end the rounds early', async (t) => {
  const clock = new FakeClock();
  let runs = 0;
  const steady = subject('steady', (size) => {
    runs++;
    clock.work(size);
  });
  await batchTimes([steady], [16], 1e9, { clock, random: draw });
  t.is(runs, 1 + 5);
});

test('what is waited for counts', async (t) => {
  const clock = new FakeClock();
  const remote = subject('remote', async () => {
    await Promise.resolve();
    clock.wait(30);
  });
  t.deepEqual(await batchTimes([remote], [16], 1e9, { clock, random: draw }), [[{ rows: 16, time: 30 }]]);
});

test('other work runs between two batches', async (t) => {
  const clock = new FakeClock();
  let turns = 0;
  let runs = 0;
  const turn = () => {
    turns++;
    if (runs < 6) setImmediate(turn);
  };
  setImmediate(turn);
  await batchTimes([subject('own', () => runs++)], [16], 1e9, { clock, random: draw });
  t.true(turns >= 5, `${turns}`);
});

test('what is quick is warmed up twenty times, what is slow twice; aborted, nothing more', async (t) => {
  const clock = new FakeClock();
  const runs = { quick: 0, slow: 0 };
  const quick = subject('quick', () => {
    runs.quick++;
    clock.work(1);
  });
  const slow = subject('slow', () => {
    runs.slow++;
    clock.work(1_000_000);
  });
  await warmUp([quick, slow], [16], { clock, random: draw });
  t.deepEqual(runs, { quick: 20, slow: 2 });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(warmUp([quick], [16], { clock, signal, random: draw }), { message: 'enough' });
  t.is(runs.quick, 20);
});
