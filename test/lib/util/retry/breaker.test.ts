import test from 'ava';
import { Breaker } from '../../../../lib/util/retry/breaker.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

const limits = { failures: 3, openMs: 100 };

test('it opens after so many failures in a row, and no fewer', (t) => {
  const breaker = new Breaker(limits, new FakeTimer());
  for (const step of ['fail', 'fail', 'succeed', 'fail', 'fail'] as const) breaker[step]();
  t.true(breaker.admit());
  breaker.fail();
  t.false(breaker.admit());
});

test('after a while one may try, and its outcome decides', async (t) => {
  const timer = new FakeTimer();
  const breaker = new Breaker(limits, timer);
  for (let i = 0; i < 3; i++) breaker.fail();
  await timer.pass(99);
  t.false(breaker.admit());
  await timer.pass(1);
  t.true(breaker.admit());
  t.false(breaker.admit(), 'only one');
  breaker.fail();
  await timer.pass(99);
  t.false(breaker.admit());
  await timer.pass(1);
  t.true(breaker.admit());
  breaker.succeed();
  t.true(breaker.admit());
  breaker.fail();
  t.true(breaker.admit(), 'closed again, it starts to count anew');
});

test('a try that is called off leaves its turn to another', async (t) => {
  const timer = new FakeTimer();
  const breaker = new Breaker(limits, timer);
  for (let i = 0; i < 3; i++) breaker.fail();
  await timer.pass(100);
  t.true(breaker.admit());
  breaker.release();
  t.true(breaker.admit());
});
