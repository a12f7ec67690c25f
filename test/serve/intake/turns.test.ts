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
    if (turns.begin()) turns.run(reader, work, () => {});
    else turns.wait(reader, { run: work, isBegun: true, ms });
  };
  /** A request of which nothing was read yet. */
  const ask = (reader: ReadingTenant, name: string, ms: number) =>
    turns.wait(reader, { run: () => done.push(name), isBegun: false, ms });
  return { timer, done, read, ask, turns };
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

test('work that ran at once counts, to some extent', async (t) => {
  const { timer, done, read } = setup();
  const [noisy, quiet] = [new ReadingTenant(1), new ReadingTenant(1)];
  read(noisy, 'at once', 500);
  read(noisy, 'noisy', 0.1);
  for (let i = 0; i < 300; i++) read(quiet, 'quiet', 0.25);
  await timer.run();
  t.is(done[0], 'at once');
  // It owes 50 ms, and no more: the quiet one reads 200 requests or so first.
  const place = done.indexOf('noisy');
  t.true(place > 190 && place < 210, String(place));
});

test('what was begun goes before what wasn’t', async (t) => {
  const { timer, done, read, ask } = setup();
  const reader = new ReadingTenant(1);
  read(reader, 'first', 0.5);
  ask(reader, 'unread', 0.1);
  read(reader, 'begun', 0.1);
  await timer.run();
  t.deepEqual(done, ['first', 'begun', 'unread']);
});

test('no more requests begin in a turn than it has time to read', async (t) => {
  const { timer, done, ask } = setup();
  const reader = new ReadingTenant(1);
  for (let i = 0; i < 10; i++) ask(reader, 'a', 0.2);
  const counts: number[] = [];
  const look = () => {
    counts.push(done.length);
    if (done.length < 10) timer.after(0, look);
  };
  timer.after(0, look);
  await timer.run();
  t.deepEqual(counts, [3, 6, 9, 10]);
});

test('reading gets as much of a turn as all else, where that takes long', async (t) => {
  const { timer, done, read } = setup();
  const reader = new ReadingTenant(1);
  for (let i = 0; i < 60; i++) read(reader, 'a', 0.25);
  const counts: number[] = [];
  const others = () => {
    counts.push(done.length);
    if (done.length === 60) return;
    timer.work(2);
    timer.after(0, others);
  };
  timer.after(0, others);
  await timer.run();
  // Half a millisecond at once, as much in a turn that nothing is known of, and then 2 ms a turn.
  t.deepEqual(counts.slice(0, 5), [4, 12, 20, 28, 36]);
});

test('waits are expected by the work before, of the tenant and as much of others', async (t) => {
  const { timer, turns, read, ask } = setup();
  const [one, other] = [new ReadingTenant(1), new ReadingTenant(2)];
  t.is(turns.waitMs(one, 3, false), 3);
  read(one, 'fills the turn', 0.5);
  for (let i = 0; i < 10; i++) ask(one, 'one', 1);
  // 11 ms of half a thread, times the margin that predictions begin with.
  const ten = turns.waitMs(one, 1, false);
  t.true(ten >= 22 && ten < 44, String(ten));
  // It goes before what isn't begun.
  t.true(turns.waitMs(one, 1, true) < 4);
  // Of the other one's work as much as by weight.
  t.true(turns.waitMs(other, 1, false) < ten / 4);
  await timer.run();
  t.is(turns.waitMs(one, 1, false), 1);
});

test('what an octet takes is learnt, from large messages sooner', (t) => {
  const [slow, small] = [new ReadingTenant(1), new ReadingTenant(1)];
  for (let i = 0; i < 100; i++) slow.observe(100_000, 10.05);
  t.true(Math.abs(slow.costOf(100_000) - 10.05) < 0.2, String(slow.costOf(100_000)));
  for (let i = 0; i < 100; i++) small.observe(10, 10.05);
  t.true(small.costOf(100_000) > slow.costOf(100_000));
  small.observe(1e6, 10.05);
  t.true(small.costOf(100_000) < 100_000);
});

test('requests of a loop that doesn’t rest came when its last turn ended', async (t) => {
  const { timer, turns, read } = setup();
  const reader = new ReadingTenant(1);
  t.is(turns.arrival(), 0);
  for (let i = 0; i < 20; i++) read(reader, 'a', 0.25);
  const seen: number[] = [];
  timer.after(0, () => {
    const ended = timer.now();
    timer.work(7);
    seen.push(turns.arrival() - ended, timer.now() - ended);
  });
  await timer.run();
  t.deepEqual(seen, [0, 7]);
  timer.work(1_000);
  t.is(turns.arrival(), timer.now(), 'it has rested');
});
