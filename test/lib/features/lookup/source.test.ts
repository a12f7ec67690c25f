import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { LookupError } from '../../../../lib/errors.js';
import { type FetchedValue, fetcher, type KeyOutcome } from '../../../../lib/features/lookup/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { FakeSource, numbersOf } from './fakeSource.js';

/** As plain JavaScript would have it. */
function untyped<T>(value: unknown): T {
  return value as T;
}

function reasonOf(outcome: KeyOutcome | undefined): string | undefined {
  return outcome instanceof LookupError ? outcome.reason : undefined;
}

test('keys of one turn go together, each once, and to each call come its own', async (t) => {
  const source = new FakeSource();
  const first = source.fetcher.request(['a', 'bb'], undefined);
  const second = source.fetcher.request(['bb', 'ccc'], undefined);
  t.is(source.trips.length, 0);
  await source.turn();
  t.deepEqual(
    source.trips.map(({ keys }) => keys),
    [['a', 'bb', 'ccc']],
  );
  source.trips[0].answer();
  await Promise.all([first.settled, second.settled]);
  t.deepEqual(first.outcomes, [numbersOf('a'), numbersOf('bb')]);
  t.deepEqual(second.outcomes, [numbersOf('bb'), numbersOf('ccc')]);
  t.like(source.fetcher.source.counts, { roundTrips: 1, keys: 3, shared: 1, errors: 0 });
});

test('a key that is under way is waited for; one that has come is asked for again', async (t) => {
  const source = new FakeSource();
  const first = source.fetcher.request(['a'], undefined);
  await source.turn();
  const second = source.fetcher.request(['a', 'b'], undefined);
  await source.turn();
  t.deepEqual(
    source.trips.map(({ keys }) => keys),
    [['a'], ['b']],
  );
  for (const trip of source.trips) trip.answer();
  await Promise.all([first.settled, second.settled]);
  t.deepEqual(second.outcomes, [numbersOf('a'), numbersOf('b')]);
  const third = source.fetcher.request(['a'], undefined);
  await source.turn();
  t.deepEqual(source.trips[2].keys, ['a']);
  source.trips[2].answer();
  await third.settled;
});

test('no more keys than maxBatch a round trip', async (t) => {
  const source = new FakeSource({ maxBatch: 2 });
  const call = source.fetcher.request(['a', 'b', 'c', 'd', 'e'], undefined);
  await source.turn();
  t.deepEqual(
    source.trips.map(({ keys }) => keys),
    [['a', 'b'], ['c', 'd'], ['e']],
  );
  for (const trip of [...source.trips].reverse()) trip.answer();
  await call.settled;
  t.deepEqual(call.outcomes, ['a', 'b', 'c', 'd', 'e'].map(numbersOf));
});

test('no keys are no round trip', async (t) => {
  const source = new FakeSource();
  await source.fetcher.request([], undefined).settled;
  await source.turn();
  t.is(source.trips.length, 0);
});

test('what fails for a key fails for it alone, and is not asked for again', async (t) => {
  const source = new FakeSource();
  const call = source.fetcher.request(['a', 'b'], undefined);
  await source.turn();
  source.trips[0].answer([new Error('no such shard'), numbersOf('b')]);
  await call.settled;
  t.is(reasonOf(call.outcomes[0]), 'refused');
  t.regex(String(call.outcomes[0]), /source 'fetch' answered: no such shard/);
  t.deepEqual(call.outcomes[1], numbersOf('b'));
  t.like(source.fetcher.source.counts, { roundTrips: 1, errors: 1, failures: 0 });
});

for (const [what, reply, expected] of [
  ['too few values', [[1, 2]], /gave 1 values for 2 keys/],
  [
    'too many values',
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    /gave 3 values for 2 keys/,
  ],
  ['what is none', 'values', /gave "values"; expected an array/],
  ['nothing', undefined, /gave undefined; expected an array/],
  ['keys that nobody asked for', new Map([['x', [1, 2]]]), /gave 1 values for keys that weren't requested/],
] as const) {
  test(`${what} fail the round trip at once`, async (t) => {
    const timer = new FakeTimer();
    const reading = fetcher<string>(() => untyped(reply), { timer });
    const call = reading.request(['a', 'b'], undefined);
    await timer.pass(0);
    await call.settled;
    t.deepEqual(call.outcomes.map(reasonOf), ['malformed', 'malformed']);
    t.regex(String(call.outcomes[1]), expected);
    t.is(reading.source.counts.roundTrips, 1);
  });
}

test('in a Map the order does not matter, and what it leaves out is unknown', async (t) => {
  const timer = new FakeTimer();
  const values = new Map<string, FetchedValue>([
    ['c', 3],
    ['a', [1]],
  ]);
  const reading = fetcher<string>(() => values, { timer });
  const call = reading.request(['a', 'b', 'c'], undefined);
  await timer.pass(0);
  await call.settled;
  t.deepEqual(call.outcomes, [[1], null, [3]]);
});

test('a failure is tried again after a wait, within the retries that there are', async (t) => {
  const source = new FakeSource({ retries: 2 });
  const call = source.fetcher.request(['a'], undefined);
  await source.turn();
  source.trips[0].fail(new Error('cut'));
  await source.timer.pass(49);
  t.is(source.trips.length, 1);
  await source.timer.pass(1);
  source.trips[1].fail(new Error('cut'));
  await source.timer.pass(99);
  t.is(source.trips.length, 2);
  await source.timer.pass(1);
  source.trips[2].answer();
  await call.settled;
  t.deepEqual(call.outcomes, [numbersOf('a')]);
  t.like(source.fetcher.source.counts, { roundTrips: 3, keys: 3, failures: 2, retries: 2, waitedMs: 150 });
  t.is(source.timer.pending, 0);

  const hopeless = source.fetcher.request(['b'], undefined);
  await source.turn();
  for (const trip of [3, 4, 5]) {
    source.trips[trip].fail(new Error('cut'));
    await source.timer.pass(200);
  }
  await hopeless.settled;
  t.is(source.trips.length, 6);
  t.is(reasonOf(hopeless.outcomes[0]), 'unreachable');
  t.regex(String(hopeless.outcomes[0]), /source 'fetch' gave no answer: cut/);
});

test('a fetch that throws is one that fails', async (t) => {
  const timer = new FakeTimer();
  const reading = fetcher<string>(
    () => {
      throw new Error('no socket');
    },
    { timer, retries: 0 },
  );
  const call = reading.request(['a'], undefined);
  await timer.pass(0);
  await call.settled;
  t.is(reasonOf(call.outcomes[0]), 'unreachable');
});

test('retries have a budget: a tenth of the answers, and ten to begin with', async (t) => {
  const source = new FakeSource({ retries: 1, breaker: { failures: 1_000 } });
  for (let i = 0; i < 30; i++) {
    const call = source.fetcher.request([`k${i}`], undefined);
    for (let settled = false; !settled; ) {
      await source.timer.pass(60);
      source.trips[source.trips.length - 1].fail(new Error('down'));
      await setImmediate();
      settled = call.outcomes[0] !== undefined;
    }
  }
  t.like(source.fetcher.source.counts, { roundTrips: 40, retries: 10, failures: 40, errors: 30 });
});

test('a promise that never settles is given up, with all its retries and waits, after timeoutMs', async (t) => {
  const source = new FakeSource({ timeoutMs: 100 });
  const call = source.fetcher.request(['a'], undefined);
  await source.turn();
  await source.timer.pass(60);
  source.trips[0].fail(new Error('cut'));
  await source.timer.pass(39);
  t.deepEqual(call.outcomes, [undefined]);
  await source.timer.pass(1);
  await call.settled;
  t.is(reasonOf(call.outcomes[0]), 'timeout');

  const silent = source.fetcher.request(['a'], undefined);
  await source.timer.pass(100);
  await silent.settled;
  t.is(reasonOf(silent.outcomes[0]), 'timeout');
  t.true(source.trips[1].signal.aborted, 'and told so');
  t.is(source.timer.pending, 0);
  // A reply that comes too late has no use.
  source.trips[1].answer();
  await setImmediate();
  t.is(reasonOf(silent.outcomes[0]), 'timeout');
});

test('a source that is down is left alone, then tried, then asked again', async (t) => {
  const source = new FakeSource({ retries: 0, breaker: { failures: 2, openMs: 500 } });
  const request = async (key: string) => {
    const call = source.fetcher.request([key], undefined);
    await source.turn();
    return call;
  };
  for (const at of [0, 1]) {
    const call = await request('a');
    source.trips[at].fail(new Error('down'));
    await call.settled;
  }
  const refused = await request('a');
  await refused.settled;
  t.is(reasonOf(refused.outcomes[0]), 'open');
  t.is(source.trips.length, 2);
  t.is(source.fetcher.source.counts.refused, 1);
  await source.timer.pass(500);
  const trial = await request('a');
  const meanwhile = await request('b');
  await meanwhile.settled;
  t.is(reasonOf(meanwhile.outcomes[0]), 'open');
  source.trips[2].answer();
  await trial.settled;
  const after = await request('b');
  source.trips[3].answer();
  await after.settled;
  t.deepEqual(after.outcomes, [numbersOf('b')]);
});

test('aborted before, a key is not asked for', async (t) => {
  const source = new FakeSource();
  const call = source.fetcher.request(['a'], AbortSignal.abort(new Error('enough')));
  await t.throwsAsync(call.settled, { message: 'enough' });
  await source.turn();
  t.is(source.trips.length, 0);
});

test('aborted before the turn ends, only what others want is asked for', async (t) => {
  const source = new FakeSource();
  const controller = new AbortController();
  const leaving = source.fetcher.request(['a', 'b'], controller.signal);
  const staying = source.fetcher.request(['b'], undefined);
  controller.abort(new Error('enough'));
  await t.throwsAsync(leaving.settled, { message: 'enough' });
  await source.turn();
  t.deepEqual(source.trips[0].keys, ['b']);
  source.trips[0].answer();
  await staying.settled;
});

test('aborted under way, a round trip is stopped when nobody waits for any of it', async (t) => {
  const source = new FakeSource({ breaker: { failures: 1 } });
  const [one, other] = [new AbortController(), new AbortController()];
  const calls = [source.fetcher.request(['a', 'b'], one.signal), source.fetcher.request(['b'], other.signal)];
  await source.turn();
  one.abort(new Error('enough'));
  await t.throwsAsync(calls[0].settled, { message: 'enough' });
  t.false(source.trips[0].signal.aborted);
  other.abort(new Error('enough'));
  await t.throwsAsync(calls[1].settled, { message: 'enough' });
  t.true(source.trips[0].signal.aborted);
  await setImmediate();
  t.is(source.timer.pending, 0);
  // Nobody's fault: the circuit stays closed, and the key may be asked for anew.
  const again = source.fetcher.request(['a'], undefined);
  await source.turn();
  source.trips[1].answer();
  await again.settled;
  t.deepEqual(again.outcomes, [numbersOf('a')]);
});

test('aborted after, nothing happens', async (t) => {
  const source = new FakeSource();
  const controller = new AbortController();
  const call = source.fetcher.request(['a'], controller.signal);
  await source.turn();
  source.trips[0].answer();
  await call.settled;
  controller.abort();
  t.deepEqual(call.outcomes, [numbersOf('a')]);
});

test('whatever fails or is aborted when, each call has one outcome, its keys their own values, and none is under way twice', async (t) => {
  const key = fc.integer({ min: 0, max: 9 }).map((n) => `k${n}`);
  const step = fc.oneof(
    fc.record({ request: fc.uniqueArray(key, { maxLength: 6 }) }),
    fc.record({ answer: fc.nat(), how: fc.constantFrom('well', 'short', 'cut', 'partly') }),
    fc.record({ abort: fc.nat() }),
    fc.record({ pass: fc.integer({ min: 0, max: 300 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, maxBatch) => {
        const source = new FakeSource({ maxBatch, timeoutMs: 500, breaker: { failures: 3, openMs: 100 } });
        const calls: {
          keys: string[];
          stop: AbortController;
          over: number;
          call: ReturnType<typeof source.fetcher.request>;
        }[] = [];
        const seen = new WeakSet<object>();
        const open = new Set<(typeof source.trips)[number]>();
        for (const each of steps) {
          if ('request' in each) {
            const stop = new AbortController();
            const call = source.fetcher.request(each.request, stop.signal);
            const entry = { keys: each.request, stop, call, over: 0 };
            calls.push(entry);
            const over = () => entry.over++;
            call.settled.then(over, over);
          } else if ('abort' in each) {
            if (calls.length > 0) calls[each.abort % calls.length].stop.abort(new Error('enough'));
          } else if ('pass' in each) await source.timer.pass(each.pass);
          else {
            const waiting = [...open];
            if (waiting.length === 0) continue;
            const trip = waiting[each.answer % waiting.length];
            open.delete(trip);
            if (each.how === 'cut') trip.fail(new Error('cut'));
            else if (each.how === 'short') trip.answer(trip.keys.slice(1).map(numbersOf));
            else if (each.how === 'partly')
              trip.answer(trip.keys.map((k, i) => (i % 2 === 0 ? new Error('no') : numbersOf(k))));
            else trip.answer();
            await setImmediate();
          }
          for (const trip of source.trips) {
            if (trip.signal.aborted) open.delete(trip);
            else if (!seen.has(trip)) {
              seen.add(trip);
              open.add(trip);
              t.true(trip.keys.length >= 1 && trip.keys.length <= maxBatch);
            }
          }
          const under = [...open].flatMap(({ keys }) => keys);
          t.is(new Set(under).size, under.length);
        }
        // Sooner or later everything is over.
        for (let i = 0; i < 10; i++) await source.timer.pass(600);
        for (const { keys, call, over, stop } of calls) {
          t.is(over, 1);
          call.outcomes.forEach((outcome, i) => {
            if (outcome === undefined) t.true(stop.signal.aborted);
            else if (!(outcome instanceof LookupError)) t.deepEqual(outcome, numbersOf(keys[i]));
          });
        }
        t.is(source.timer.pending, 0);
      },
    ),
    { seed: 7, numRuns: 150 },
  );
});
