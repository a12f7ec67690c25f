import test from 'ava';
import { random } from '../../../../lib/stats/index.js';
import { sleep } from '../../../../lib/util/abort.js';
import { backoff, RetryBudget } from '../../../../lib/util/retry/backoff.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

test('waits are anything up to a limit that doubles, and then stays', (t) => {
  t.deepEqual(
    [1, 2, 3, 7, 8, 50].map((attempt) => backoff(attempt, () => 1)),
    [50, 100, 200, 3_200, 5_000, 5_000],
  );
  t.is(
    backoff(3, () => 0.25),
    50,
  );
  const { uniform } = random(1);
  const waits = Array.from({ length: 1_000 }, () => backoff(2, uniform));
  t.true(Math.min(...waits) < 2 && Math.max(...waits) > 98, 'full jitter');
});

test('retries are a few, and then a tenth of the answers', (t) => {
  const budget = new RetryBudget();
  for (let i = 0; i < 10; i++) t.true(budget.take());
  t.false(budget.take());
  for (let i = 0; i < 11; i++) budget.earn();
  t.deepEqual([budget.take(), budget.take()], [true, false]);
  for (let i = 0; i < 1_000; i++) budget.earn();
  let taken = 0;
  while (budget.take()) taken++;
  t.is(taken, 10);
});

test('a sleep ends in time, or with the signal’s reason', async (t) => {
  const timer = new FakeTimer();
  const controller = new AbortController();
  let isOver = false;
  const slept = sleep(timer, 5, controller.signal).then(() => {
    isOver = true;
  });
  await timer.pass(4.9);
  t.false(isOver);
  await timer.pass(0.1);
  await slept;
  const stopped = sleep(timer, 5, controller.signal);
  controller.abort(new Error('enough'));
  await t.throwsAsync(stopped, { message: 'enough' });
  await t.throwsAsync(sleep(timer, 5, controller.signal), { message: 'enough' });
  t.is(timer.pending, 0);
});
