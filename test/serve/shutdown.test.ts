import test from 'ava';
import { Shutdown } from '../../serve/shutdown.js';
import { FakeTimer } from '../support/fakeTimer.js';

/** @returns a shutdown of two things, and what has happened */
function world() {
  const timer = new FakeTimer();
  const shutdown = new Shutdown(timer);
  const seen: string[] = [];
  for (const name of ['first', 'second']) shutdown.add(() => void seen.push(name));
  const begin = (delayMs: number) => shutdown.begin(delayMs, () => void seen.push('said'));
  return { timer, seen, begin };
}

test('it says so at once, waits, and ends what was begun last first', async (t) => {
  const { timer, seen, begin } = world();
  const done = begin(5_000);
  t.deepEqual(seen, ['said']);
  await timer.pass(4_999);
  t.deepEqual(seen, ['said']);
  await timer.pass(1);
  await done;
  t.deepEqual(seen, ['said', 'second', 'first']);
  t.is(begin(0), done);
});

test('a later call ends the wait sooner, never later', async (t) => {
  const { timer, seen, begin } = world();
  const done = begin(5_000);
  t.is(begin(10_000), done);
  begin(1_000);
  t.is(timer.pending, 1);
  await timer.pass(1_000);
  await done;
  t.deepEqual(seen, ['said', 'second', 'first']);
  const other = world();
  const ended = other.begin(5_000);
  other.begin(0);
  await ended;
  t.is(other.timer.pending, 0);
});

test('without a delay nothing is waited for', async (t) => {
  const { timer, seen, begin } = world();
  await begin(0);
  t.deepEqual(seen, ['said', 'second', 'first']);
  t.is(timer.pending, 0);
});
