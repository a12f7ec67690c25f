import test from 'ava';
import { Breaker, CircuitOpen, Retrier, type Retryable } from '../../../../lib/util/retry/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

const late = new Error('late');

/** Requests with a scripted outcome each attempt: a reply, an error, or a promise of either. */
function scripted(...outcomes: unknown[]): Retryable<unknown> & { readonly attempts: number[] } {
  const attempts: number[] = [];
  return {
    attempts,
    send: async () => {
      const outcome = await outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    before: (attempt) => attempts.push(attempt),
    retryAfter: () => 0,
    late: () => late,
  };
}

function setUp({ retries = 2, failures = 3 } = {}) {
  const timer = new FakeTimer();
  const breaker = new Breaker({ failures, openMs: 100 }, timer);
  const retrier = new Retrier({ timeoutMs: 1_000, retries, random: () => 0.5, timer }, breaker);
  return { timer, breaker, retrier };
}

const never = new Promise(() => {});
const down = new Error('down');

test('it retries until there is a reply, each time after a longer wait', async (t) => {
  const { timer, retrier } = setUp();
  const request = scripted(down, down, 'reply');
  const reply = retrier.run(request, new AbortController());
  await timer.pass(24);
  t.deepEqual(request.attempts, [1]);
  await timer.pass(1);
  t.deepEqual(request.attempts, [1, 2]);
  await timer.pass(49);
  t.deepEqual(request.attempts, [1, 2]);
  await timer.pass(1);
  t.is(await reply, 'reply');
  t.is(timer.pending, 0);
});

test('the last error is thrown when retries are spent, or when another attempt would fail too', async (t) => {
  const { timer, retrier } = setUp({ retries: 1 });
  const last = new Error('last');
  const spent = t.throwsAsync(retrier.run(scripted(down, last, 'reply'), new AbortController()), {
    is: last,
  });
  await timer.pass(25);
  await spent;
  const request = { ...scripted(last, 'reply'), retryAfter: () => undefined };
  await t.throwsAsync(retrier.run(request, new AbortController()), { is: last });
});

test('a retry waits as long as the server asks', async (t) => {
  const { timer, retrier } = setUp();
  const request = { ...scripted(down, 'reply'), retryAfter: () => 700 };
  const reply = retrier.run(request, new AbortController());
  await timer.pass(699);
  t.deepEqual(request.attempts, [1]);
  await timer.pass(1);
  t.is(await reply, 'reply');
});

test('the deadline holds for what ignores the signal, and counts as a failure', async (t) => {
  const { timer, retrier } = setUp({ failures: 1 });
  const waiting = t.throwsAsync(retrier.run(scripted(never), new AbortController()), { is: late });
  await timer.pass(1_000);
  await waiting;
  t.is(timer.pending, 0);
  await t.throwsAsync(retrier.run(scripted('reply'), new AbortController()), { instanceOf: CircuitOpen });
});

test('the deadline holds during a wait', async (t) => {
  const { timer, retrier } = setUp();
  const request = { ...scripted(down, 'reply'), retryAfter: () => 2_000 };
  const waiting = t.throwsAsync(retrier.run(request, new AbortController()), { is: late });
  await timer.pass(1_000);
  await waiting;
  t.deepEqual(request.attempts, [1]);
});

test('a caller who leaves says nothing about the server', async (t) => {
  const { timer, retrier } = setUp({ failures: 1 });
  const enough = new Error('enough');
  const stop = new AbortController();
  const waiting = t.throwsAsync(retrier.run(scripted(never), stop), { is: enough });
  await timer.pass(1);
  stop.abort(enough);
  await waiting;
  t.is(timer.pending, 0);
  t.is(await retrier.run(scripted('reply'), new AbortController()), 'reply');
  const request = scripted('reply');
  await t.throwsAsync(retrier.run(request, stop), { is: enough });
  t.deepEqual(request.attempts, [], 'nothing is sent for one who has left');
});

test('what `before` throws ends the request, and leaves the turn to another', async (t) => {
  const { timer, breaker, retrier } = setUp({ failures: 1 });
  breaker.fail();
  await timer.pass(100);
  const limit = new Error('limit');
  const request = {
    ...scripted('reply'),
    before: () => {
      throw limit;
    },
  };
  await t.throwsAsync(retrier.run(request, new AbortController()), { is: limit });
  t.is(await retrier.run(scripted('reply'), new AbortController()), 'reply');
});

test('a circuit that opens between attempts ends the retries with the last error', async (t) => {
  const { timer, retrier } = setUp({ retries: 5, failures: 2 });
  const request = scripted(down, down, 'reply');
  const failed = t.throwsAsync(retrier.run(request, new AbortController()), { is: down });
  await timer.pass(75);
  await failed;
  t.deepEqual(request.attempts, [1, 2]);
  const refused = scripted('reply');
  await t.throwsAsync(retrier.run(refused, new AbortController()), { instanceOf: CircuitOpen });
  t.deepEqual(refused.attempts, []);
});

test('requests share one budget of retries', async (t) => {
  const timer = new FakeTimer();
  const retrier = new Retrier({ timeoutMs: 1_000, retries: 5, random: () => 0, timer });
  let attempts = 0;
  for (let i = 0; i < 20; i++) {
    const request = scripted(...Array.from({ length: 6 }, () => down));
    const failed = t.throwsAsync(retrier.run(request, new AbortController()));
    await timer.pass(0);
    await failed;
    attempts += request.attempts.length;
  }
  t.is(attempts, 20 + 10);
});
