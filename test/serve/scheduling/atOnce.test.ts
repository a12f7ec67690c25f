import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import type { Executor, Slice, SliceAnswer } from '../../../serve/executor.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { NamedScheduler } from '../../support/namedScheduler.js';
import { answerTo, jobOf, loadedModel } from '../../support/simulatedCores.js';

/** An executor on this thread whose slices take no time. */
function setup(microseconds: readonly [call: number, row: number], fails = false) {
  const timer = new FakeTimer();
  const slices: number[] = [];
  const executor: Executor = {
    cores: 1,
    run(slice: Slice): SliceAnswer {
      slices.push(slice.rows);
      if (fails) throw new RequestError('invalid', 'row 0 can’t be used');
      return answerTo(slice, (microseconds[0] + slice.rows * microseconds[1]) / 1000, false);
    },
  };
  const scheduler = new NamedScheduler(executor, { timer, inline: true });
  scheduler.add(loadedModel('a', microseconds));
  return { timer, slices, scheduler };
}

test('an answer that is there at once comes without a promise', (t) => {
  const { scheduler, slices } = setup([0, 1]);
  for (const first of [10, 20, 30]) {
    const answer = scheduler.soon(jobOf('a', 1, {}, first));
    if (answer instanceof Promise) return t.fail('nothing waits here');
    t.deepEqual([...answer.answers], [first]);
  }
  t.deepEqual(slices, [1, 1, 1]);
  t.like(scheduler.load('a'), { rows: 3, executions: 3, queuedJobs: 0, inFlight: 0 });
  t.like(scheduler.queued, { jobs: 0, octets: 0 });
});

test('so does a failure, and it is counted', (t) => {
  const { scheduler } = setup([0, 1], true);
  t.throws(() => scheduler.soon(jobOf('a', 1)), { instanceOf: RequestError, message: /can’t be used/ });
  t.like(scheduler.load('a'), { invalid: 1, queuedJobs: 0, inFlight: 0 });
});

test('each slice of a large job has a turn of the event loop of its own', async (t) => {
  const { timer, scheduler, slices } = setup([0, 1000]);
  const answer = scheduler.soon(jobOf('a', 5, {}, 10));
  if (!(answer instanceof Promise)) return t.fail('the others need their turns');
  t.deepEqual(slices, [2]);
  await timer.run();
  t.deepEqual(slices, [2, 2, 1]);
  t.deepEqual([...(await answer).answers], [10, 11, 12, 13, 14]);
});

test('jobs of one turn share a call that is dear, but for the first', async (t) => {
  const { timer, scheduler, slices } = setup([1000, 100]);
  const [first, ...others] = [10, 20, 30].map((row) => scheduler.soon(jobOf('a', 1, {}, row)));
  t.false(first instanceof Promise);
  await timer.run();
  t.deepEqual(slices, [1, 2]);
  t.deepEqual(
    (await Promise.all(others)).map(({ answers }) => [...answers]),
    [[20], [30]],
  );
});
