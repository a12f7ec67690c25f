import test from 'ava';
import { batchTimes } from '../../../lib/profile/index.js';
import { FakeClock, subject } from '../../support/fakeClock.js';
import { near } from '../../support/near.js';

test('all subjects in turn, size by size; those that name their own sizes are given no others', async (t) => {
  const clock = new FakeClock();
  const calls: string[] = [];
  const noted = (name: string) => subject(name, (size, round) => calls.push(`${name} ${size} ${round}`));
  await batchTimes([noted('a'), { ...noted('b'), sizes: [64] }], [16, 64], 1e9, { clock });
  t.deepEqual(calls.slice(0, 4), ['a 16 0', 'a 64 0', 'b 64 0', 'a 16 1']);
  // Two rounds warm up, fifteen count.
  t.is(calls.length, 3 * 17);
});

test('medians over the rounds that count', async (t) => {
  const clock = new FakeClock();
  const jumpy = subject('jumpy', (size, round) =>
    clock.work(size * (round < 2 ? 1_000 : round % 5 === 0 ? 50 : 3)),
  );
  const [times] = await batchTimes([jumpy], [16, 64], 1e9, { clock });
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
  await batchTimes([slow], [16], 10, { clock });
  t.is(runs, 2 + 5);
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await t.throwsAsync(batchTimes([slow], [16], 10, { clock, signal: controller.signal }), {
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
  t.deepEqual(await batchTimes([remote], [16], 1e9, { clock }), [[{ rows: 16, time: 30 }]]);
});
