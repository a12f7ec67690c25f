import test from 'ava';
import { ReadingTenant, ReadingTurns } from '../../../serve/intake/turns.js';
import { WorkingTimer } from './workingTimer.js';

function setup() {
  const timer = new WorkingTimer();
  const turns = new ReadingTurns(timer);
  const done: string[] = [];
  const read = (reader: ReadingTenant, name: string, ms: number) => {
    const work = () => {
      timer.work(ms);
      done.push(name);
    };
    if (turns.begin()) work();
    else turns.wait(reader, work);
  };
  return { timer, done, read, turns };
}

const names = (name: string, count: number) => Array.from({ length: count }, () => name);

test('work runs at once while a turn of the event loop has time', async (t) => {
  const { timer, done, read } = setup();
  const reader = new ReadingTenant(1);
  for (let i = 0; i < 4; i++) read(reader, 'a', 0.125);
  t.is(done.length, 4);
  // Half a millisecond has passed: the rest waits for the next turn, and for the one after it.
  for (let i = 0; i < 6; i++) read(reader, 'b', 0.125);
  t.is(done.length, 4);
  await timer.run();
  t.deepEqual(done, [...names('a', 4), ...names('b', 6)]);
});

test('a turn takes no more work than its time, whatever waits', async (t) => {
  const { timer, done, read, turns } = setup();
  const reader = new ReadingTenant(1);
  for (let i = 0; i < 100; i++) read(reader, 'a', 0.15);
  const before = done.length;
  const counts: number[] = [];
  // A turn of the loop an event: each looks at what ran since the last one.
  const look = () => {
    counts.push(done.length);
    if (counts.length < 30) timer.after(0, look);
  };
  timer.after(0, look);
  await timer.run();
  t.is(before, 4);
  t.is(done.length, 100);
  t.true(turns.begin());
  for (let i = 1; i < counts.length; i++) t.true(counts[i] - counts[i - 1] <= 4, counts.join());
});

test('a tenant with little to read waits for a round, and not for what others have sent', async (t) => {
  const { timer, done, read } = setup();
  const [noisy, quiet] = [new ReadingTenant(1), new ReadingTenant(1)];
  for (let i = 0; i < 200; i++) read(noisy, 'noisy', 0.15);
  read(quiet, 'quiet', 0.15);
  await timer.run();
  // Some of the first ran at once.
  t.true(done.indexOf('quiet') <= 8, String(done.indexOf('quiet')));
  t.is(done.length, 201);
});

test('tenants share reading by their time and weight, not by requests', async (t) => {
  const { timer, done, read } = setup();
  const [large, small] = [new ReadingTenant(2), new ReadingTenant(1)];
  for (let i = 0; i < 200; i++) read(large, 'large', 0.25);
  const before = done.length;
  for (let i = 0; i < 2000; i++) read(small, 'small', 0.025);
  await timer.run();
  // Two thirds of the time are the first one's: while 180 of its requests took 45 ms, the other one had 22.5 ms.
  const during = done.slice(before);
  let [ofLarge, ofSmall] = [0, 0];
  for (const name of during) {
    if (name === 'large') ofLarge++;
    else ofSmall++;
    if (ofLarge === 180) break;
  }
  t.true(Math.abs(ofSmall * 0.025 - 22.5) < 1.5, `${ofSmall * 0.025} ms`);
});
