import test from 'ava';
import { batchTimes, warmUp } from '../../../lib/costs/index.js';
import { random } from '../../../lib/stats/index.js';
import { FakeClock, subject } from '../../support/fakeClock.js';
import { near } from '../../support/near.js';

const draw = random(1);

test('each round runs all subjects at all sizes in another order; those that name their own sizes are given no others', async (t) => {
  const clock = new FakeClock();
  const calls: string[] = [];
  const noted = (name: string) => subject(name, (size, round) => calls.push(`${name} ${size} ${round}`));
  await batchTimes([noted('a'), { ...noted('b'), sizes: [64] }], [16, 64], 1e9, { clock, random: draw });
  // Two rounds warm up, fifteen count.
  t.is(calls.length, 3 * 17);
  const orders = Array.from({ length: 17 }, (_, round) => calls.slice(3 * round, 3 * round + 3));
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
    clock.work(size * (round < 2 ? 1_000 : round % 5 === 0 ? 50 : 3)),
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
    clock.work(1e6);
  });
  await batchTimes([slow], [16], 10, { clock, random: draw });
  t.is(runs, 2 + 5);
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await t.throwsAsync(batchTimes([slow], [16], 10, { clock, signal: controller.signal, random: draw }), {
    message: 'enough',
  });
  t.is(runs, 7);
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
    if (runs < 17) setImmediate(turn);
  };
  setImmediate(turn);
  await batchTimes([subject('own', () => runs++)], [16], 1e9, { clock, random: draw });
  t.true(turns >= 16, `${turns}`);
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
