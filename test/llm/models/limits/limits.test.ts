import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { ServerError } from '../../../../lib/errors.js';
import {
  LimitedCalls,
  Limiter,
  type LimiterLimits,
  limitNews,
  type Permit,
  ProviderFault,
  providerLimits,
} from '../../../../llm/models/limits/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

const free: LimiterLimits = { concurrent: 64, requestsPerMinute: undefined, tokensPerMinute: undefined };
const never = new AbortController().signal;

test('headers tell what is left, and for how long', (t) => {
  t.deepEqual(
    limitNews({
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '1h2m3.5s',
    }),
    {
      requests: { limit: 500, remaining: 499, resetMs: 120 },
      tokens: { limit: undefined, remaining: 0, resetMs: 3_723_500 },
      retryAfterMs: undefined,
    },
  );
  t.deepEqual(limitNews({ 'x-ratelimit-remaining-requests': 'many', 'x-ratelimit-reset-tokens': '1s' }), {
    requests: undefined,
    tokens: undefined,
    retryAfterMs: undefined,
  });
  // A reset that can't be read is soon.
  const { requests } = limitNews({
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': 'soon',
  });
  t.is(requests?.resetMs, 1_000);
});

for (const [headers, expected] of [
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '2', 'retry-after-ms': '1500' }, 1_500],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:05 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 5_000],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 0],
  // Whose clock it is on isn't known.
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:05 GMT' }, undefined],
  [{ 'retry-after': 'later' }, undefined],
  [{}, undefined],
] as [Record<string, string>, number | undefined][]) {
  test(`retry-after: ${JSON.stringify(headers)}`, (t) => {
    t.is(limitNews(headers).retryAfterMs, expected);
  });
}

/** Permits as they are given, in order. */
function queue(limiter: Limiter, count: number, tokens = 1) {
  const given: Permit[] = [];
  for (let i = 0; i < count; i++) void limiter.admit(tokens, never).then((permit) => given.push(permit));
  return given;
}

test('requests at once grow by replies, and are halved once by those refused together', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter(free, timer);
  const given = queue(limiter, 100);
  await setImmediate();
  t.is(given.length, 8);
  for (const permit of given.splice(0)) permit.answered({});
  await setImmediate();
  // One a reply, until the first refusal.
  t.is(given.length, 16);
  await timer.pass(10);
  const [first, second, ...others] = given.splice(0);
  first.refused({ retryAfterMs: 1_000 });
  second.refused({ retryAfterMs: 500 });
  t.is(limiter.window, 8);
  for (const permit of others) permit.left();
  await timer.pass(999);
  // The longest wait that was asked for holds for all.
  t.is(given.length, 0);
  await timer.pass(1);
  t.is(given.length, 8);
  for (const permit of given.splice(0)) permit.answered({});
  t.is(limiter.window, 8);
  await setImmediate();
  for (const permit of given.splice(0)) permit.answered({});
  // One a round of replies.
  t.is(limiter.window, 9);
});

test('never more at once than the user lets', async (t) => {
  const limiter = new Limiter({ ...free, concurrent: 2 }, new FakeTimer());
  const given = queue(limiter, 10);
  for (let round = 0; round < 3; round++) {
    await setImmediate();
    t.is(given.length, 2);
    for (const permit of given.splice(0)) permit.answered({});
  }
});

test('the user’s limits of a minute hold', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter({ ...free, requestsPerMinute: 3 }, timer);
  const given = queue(limiter, 5);
  await setImmediate();
  t.is(given.length, 3);
  for (const permit of given) permit.answered({});
  await timer.pass(59_999);
  t.is(given.length, 3);
  await timer.pass(1);
  t.is(given.length, 5);
});

test('tokens of a minute hold too, and one question above all of them goes alone', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter({ ...free, tokensPerMinute: 100 }, timer);
  const given = queue(limiter, 3, 60);
  await setImmediate();
  t.is(given.length, 1);
  await timer.pass(60_000);
  t.is(given.length, 2);
  const large = queue(limiter, 1, 500);
  await timer.pass(60_000);
  t.deepEqual([given.length, large.length], [3, 0]);
  await timer.pass(60_000);
  t.is(large.length, 1);
});

test('what headers leave is waited for', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter(free, timer);
  const given = queue(limiter, 9);
  await setImmediate();
  const told = limitNews({
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '6s',
  });
  for (const permit of given) permit.answered(told);
  await timer.pass(5_999);
  t.is(given.length, 8);
  await timer.pass(1);
  t.is(given.length, 9);
});

test('headers that tell of a far time are asked again before it', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter(free, timer);
  const given = queue(limiter, 9);
  await setImmediate();
  for (const permit of given) {
    permit.answered(
      limitNews({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '9999999h' }),
    );
  }
  await timer.pass(15 * 60_000);
  t.is(given.length, 9);
});

test('who leaves the queue doesn’t hold it up', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter({ ...free, concurrent: 1 }, timer);
  const stop = new AbortController();
  const [first] = [await limiter.admit(1, never)];
  const leaving = limiter.admit(1, stop.signal);
  const given = queue(limiter, 1);
  const reason = new Error('enough');
  stop.abort(reason);
  t.is(await t.throwsAsync(leaving), reason);
  t.is(await t.throwsAsync(limiter.admit(1, stop.signal)), reason);
  first.left();
  first.left();
  await setImmediate();
  t.is(given.length, 1);
});

for (const [options, message] of [
  [{ concurrent: 0 }, /'concurrent': expected a whole number of at least 1, got 0/],
  [{ requestsPerMinute: 1.5 }, /'requestsPerMinute': expected a whole number/],
  [{ tokensPerMinute: -1 }, /'tokensPerMinute'/],
  [{ rpm: 500 }, /'rpm': unknown/],
] as const) {
  test(`limits are refused: ${Object.keys(options)}`, (t) => {
    t.throws(() => providerLimits(options as never), { code: 'OPTION', message });
  });
}

/** Calls whose attempts end as a script says. */
function scripted(ends: readonly (ProviderFault | 'late' | 'answer')[], timer = new FakeTimer()) {
  const limiter = new Limiter(free, timer);
  const calls = new LimitedCalls(limiter, { timeoutMs: 1_000, retries: 2, random: () => 0, timer });
  const told: string[] = [];
  let attempts = 0;
  const request = {
    model: 'm',
    tokens: 1,
    send: async () => {
      const end = ends[attempts++] ?? 'answer';
      if (end === 'late') return new Promise<never>(() => {});
      if (end !== 'answer') throw end;
      return { reply: 'yes', news: {} };
    },
    sending: () => void told.push('sending'),
    lost: (_: unknown, paid: string) => void told.push(`lost ${paid}`),
  };
  return { calls, request, told, timer, attempts: () => attempts };
}

const fault = (
  reason: ServerError['reason'],
  next: ProviderFault['details']['next'],
  paid: 'no' | 'maybe' = 'no',
) => new ProviderFault(new ServerError('m', reason, 'said no'), { next, paid, news: { retryAfterMs: 10 } });

test('what was lost is sent again, and each attempt is told', async (t) => {
  const world = scripted([fault('unreachable', 'again', 'maybe'), 'late']);
  const answered = world.calls.run(world.request, never);
  await world.timer.run();
  t.is(await answered, 'yes');
  t.deepEqual(world.told, ['sending', 'lost maybe', 'sending', 'lost maybe', 'sending']);
});

test('retries end, as do attempts that are late', async (t) => {
  const world = scripted(['late', 'late', 'late', 'late']);
  const failed = t.throwsAsync(world.calls.run(world.request, never), { instanceOf: ServerError });
  await world.timer.run();
  const error = await failed;
  t.deepEqual([error.reason, world.attempts()], ['timeout', 3]);
  t.regex(error.message, /no whole answer within 1000 ms/);
});

test('a provider that is busy is waited for, beyond the retries', async (t) => {
  const world = scripted(Array.from({ length: 20 }, () => fault('busy', 'busy')));
  const answered = world.calls.run(world.request, never);
  await world.timer.run();
  t.is(await answered, 'yes');
  t.is(world.attempts(), 21);
  t.true(world.timer.now() >= 200);
});

test('a provider that is busy for ever, or wants an hour, is given up', async (t) => {
  const world = scripted(Array.from({ length: 60 }, () => fault('busy', 'busy')));
  const failed = t.throwsAsync(world.calls.run(world.request, never), { instanceOf: ServerError });
  await world.timer.run();
  await failed;
  t.is(world.attempts(), 51);
  const hour = new ProviderFault(new ServerError('m', 'busy', 'later'), {
    next: 'busy',
    paid: 'no',
    news: { retryAfterMs: 3_600_000 },
  });
  const patient = scripted([hour]);
  await t.throwsAsync(patient.calls.run(patient.request, never), { message: /later/ });
  t.is(patient.attempts(), 1);
  // Nor do later questions wait for that hour.
  const later = patient.calls.run(patient.request, never);
  await patient.timer.pass(2_000);
  t.is(await later, 'yes');
});

test('a provider that says at once, and is busy all the same, is given time', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter(free, timer);
  const calls = new LimitedCalls(limiter, { timeoutMs: 1_000, retries: 2, random: () => 0.5, timer });
  const busy = new ProviderFault(new ServerError('m', 'busy', 'no'), {
    next: 'busy',
    paid: 'no',
    news: { retryAfterMs: 0 },
  });
  const send = async () => {
    if (timer.now() < 60_000) throw busy;
    return { reply: 'yes', news: {} };
  };
  const answered = calls.run({ model: 'm', tokens: 1, send }, never);
  await timer.run();
  t.is(await answered, 'yes');
});

test('what no other attempt would help isn’t sent again; what changes goes at once', async (t) => {
  const refused = scripted([fault('refused', 'never')]);
  await t.throwsAsync(refused.calls.run(refused.request, never), { message: /said no/ });
  t.is(refused.attempts(), 1);
  const changed = scripted([
    fault('refused', 'changed'),
    fault('refused', 'changed'),
    fault('refused', 'changed'),
  ]);
  t.is(await changed.calls.run(changed.request, never), 'yes');
  t.is(changed.timer.now(), 0);
});

test('who refuses to send ends the request, which no attempt was made of', async (t) => {
  const world = scripted([]);
  const spent = new Error('spent');
  const sending = () => {
    throw spent;
  };
  t.is(await t.throwsAsync(world.calls.run({ ...world.request, sending }, never)), spent);
  t.deepEqual([world.attempts(), world.told], [0, []]);
});

test('an abort while an attempt is under way is one that may be charged', async (t) => {
  const world = scripted(['late']);
  const stop = new AbortController();
  const waiting = world.calls.run(world.request, stop.signal);
  await setImmediate();
  const reason = new Error('enough');
  stop.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  t.deepEqual(world.told, ['sending', 'lost maybe']);
});

test('retries share a budget: a server that is down isn’t asked three times by everyone', async (t) => {
  const timer = new FakeTimer();
  const limiter = new Limiter(free, timer);
  const calls = new LimitedCalls(limiter, { timeoutMs: 1_000, retries: 2, random: () => 0, timer });
  let attempts = 0;
  const request = {
    model: 'm',
    tokens: 1,
    send: async () => {
      attempts++;
      throw fault('unreachable', 'again');
    },
  };
  const all = Promise.allSettled(Array.from({ length: 200 }, () => calls.run(request, never)));
  await timer.run();
  await all;
  t.is(attempts, 300);
});
