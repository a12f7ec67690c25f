import test from 'ava';
import { Strikes } from '../../../serve/worker/strikes.js';
import { FakeTimer } from '../../support/fakeTimer.js';

const one = { tenant: 'one', octets: 100 };
const other = { tenant: 'other', octets: 100 };
const third = { tenant: 'third', octets: 100 };

test('requests of one caller give a model up only where it has answered nothing', (t) => {
  const strikes = new Strikes(new FakeTimer());
  for (let time = 0; time < 10; time++) t.false(strikes.add('known', one, 'hung', true));
  t.deepEqual(
    [1, 2, 3].map(() => strikes.add('new', one, 'hung', false)),
    [false, false, true],
  );
});

test('requests of different callers give it up, and so do its own code and known rows', (t) => {
  const strikes = new Strikes(new FakeTimer());
  t.deepEqual(
    [one, one, other, other, third].map((culprit) => strikes.add('a', culprit, 'hung', true)),
    [false, false, false, false, true],
  );
  t.deepEqual(
    [one, undefined, undefined].map((culprit) => strikes.add('b', culprit, 'hung', true)),
    [false, false, true],
  );
  t.deepEqual(
    [undefined, undefined, undefined].map((culprit) => strikes.add('c', culprit, 'hung', true)),
    [false, false, true],
  );
});

test('ends of more than a minute ago don’t count', async (t) => {
  const timer = new FakeTimer();
  const strikes = new Strikes(timer);
  for (const culprit of [one, other, third, one, other]) {
    t.false(strikes.add('a', culprit, 'hung', true));
    await timer.pass(31_000);
  }
});

test('requests like one that ended a thread are refused: of its tenant, to its model, and as large', async (t) => {
  const timer = new FakeTimer();
  const strikes = new Strikes(timer);
  strikes.add('a', one, 'hung', true);
  const refusal = strikes.refusal('a', 'one', 50);
  t.is(refusal?.reason, 'overloaded');
  t.is(refusal?.retryAfterMs, 5_000);
  t.regex(
    refusal?.message ?? '',
    /'one' to model 'a' ended its thread \(hung\).*50 octets or more .* for 5 s/,
  );
  t.is(strikes.refusal('a', 'one', 49), undefined);
  t.is(strikes.refusal('a', 'other', 50), undefined);
  t.is(strikes.refusal('b', 'one', 50), undefined);
  await timer.pass(5_000);
  t.is(strikes.refusal('a', 'one', 50), undefined);
});

test('each time they are refused for twice as long, up to five minutes; after a while it is forgotten', async (t) => {
  const timer = new FakeTimer();
  const strikes = new Strikes(timer);
  const waits: (number | undefined)[] = [];
  for (let time = 0; time < 8; time++) {
    strikes.add('a', one, 'hung', true);
    const ms = strikes.refusal('a', 'one', 100)?.retryAfterMs;
    waits.push(ms);
    await timer.pass(ms ?? 0);
  }
  t.deepEqual(
    waits,
    [5, 10, 20, 40, 80, 160, 300, 300].map((seconds) => 1_000 * seconds),
  );
  await timer.pass(360_000);
  strikes.add('a', one, 'hung', true);
  t.is(strikes.refusal('a', 'one', 100)?.retryAfterMs, 5_000);
  strikes.forget('a');
  t.is(strikes.refusal('a', 'one', 100), undefined);
});

test('the smallest request that ended a thread counts', (t) => {
  const strikes = new Strikes(new FakeTimer());
  strikes.add('a', { tenant: 'one', octets: 1_000 }, 'hung', true);
  t.is(strikes.refusal('a', 'one', 100), undefined);
  strikes.add('a', one, 'hung', true);
  strikes.add('a', { tenant: 'one', octets: 1_000 }, 'hung', true);
  t.not(strikes.refusal('a', 'one', 100), undefined);
});
