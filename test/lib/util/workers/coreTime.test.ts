import { existsSync } from 'node:fs';
import test from 'ava';
import { afterCoreTime, ownTask, waitedMs } from '../../../../lib/util/workers/coreTime.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

/** When a limit of 1000 ms ends, in milliseconds of a timer. @param waited of the thread by the time; undefined: unknown */
async function endOf(waited: (now: number) => number | undefined): Promise<number | undefined> {
  const timer = new FakeTimer();
  let ended: number | undefined;
  const thread = {
    get waitedMs() {
      return waited(timer.now());
    },
  };
  afterCoreTime(timer, thread, 1000, () => {
    ended = timer.now();
  });
  await timer.pass(10_000);
  return ended;
}

test('a thread that has its core, or of which nothing is known, has as long as it was given', async (t) => {
  t.is(await endOf(() => undefined), 1000);
  t.is(await endOf(() => 0), 1000);
  t.is(await endOf(() => 123_456), 1000, 'waits of earlier work');
});

test('waits for a core add to the time', async (t) => {
  // From the second look on it has one half of a core: 100 ms, and then 900 of 1800.
  t.is(await endOf((now) => now / 2), 1900);
  // From 350 to 750 ms it waits.
  t.is(await endOf((now) => Math.min(400, Math.max(0, now - 350))), 1400);
  t.is(await endOf((now) => now), undefined, 'a thread that never runs has done nothing');
});

test('timers that are late add to the time: what holds them up may hold up the thread', async (t) => {
  const looks: (() => void)[] = [];
  const timer = {
    now: () => 0,
    after(_: number, run: () => void) {
      looks.push(run);
      return () => {};
    },
  };
  let hasEnded = false;
  afterCoreTime(timer, { waitedMs: undefined }, 1000, () => {
    hasEnded = true;
  });
  // Each look counts a tenth, whenever it comes.
  for (let look = 1; look <= 10; look++) {
    t.false(hasEnded);
    looks.shift()?.();
  }
  t.true(hasEnded);
  t.is(looks.length, 0);
});

test('a limit that is called off never ends', async (t) => {
  const timer = new FakeTimer();
  const callOff = afterCoreTime(timer, { waitedMs: undefined }, 1000, () => t.fail());
  await timer.pass(500);
  callOff();
  t.is(timer.pending, 0);
  await timer.pass(1000);
  t.pass();
});

test('Linux tells how long a thread has waited; nobody tells it of one that is not there', (t) => {
  const task = ownTask();
  t.is(task !== undefined, existsSync('/proc/thread-self'));
  t.is(waitedMs(undefined), undefined);
  t.is(waitedMs('0'), undefined);
  if (task === undefined || !existsSync(`/proc/self/task/${task}/schedstat`)) return;
  const first = waitedMs(task) ?? Number.NaN;
  t.true(first >= 0);
  t.true((waitedMs(task) ?? Number.NaN) >= first);
});
