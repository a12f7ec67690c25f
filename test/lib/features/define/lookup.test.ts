import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/data/blocks/index.js';
import { DeadlineError, LookupError, OptionError } from '../../../../lib/errors.js';
import { type LookupOptions, lookup, RowView, transform } from '../../../../lib/features/define/index.js';
import type { Fetch, FetchedValue } from '../../../../lib/features/lookup/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { FakeSource, numbersOf } from '../lookup/fakeSource.js';

interface Person {
  readonly city: string | null;
}
const people = (...cities: (string | null)[]): Person[] => cities.map((city) => ({ city }));
const absent = [-1, -1];

async function compute(
  source: FakeSource,
  rows: readonly Person[],
  options: Partial<LookupOptions<Person, string>> = {},
) {
  const feature = lookup<Person, string>({
    key: ({ city }) => city,
    fetch: source.fetcher,
    width: 2,
    absent,
    ...options,
  });
  const fitted = await feature.fit(RowView.of(rows));
  const missing: [number, Error][] = [];
  const block = fitted.compute(RowView.of(rows), { missing: (row, error) => missing.push([row, error]) });
  return { fitted, missing, block: Promise.resolve(block) };
}

test('each key is asked for once, and rows without one not at all', async (t) => {
  const source = new FakeSource();
  const { block, missing } = await compute(source, people('Oslo', null, 'Bern', 'Oslo', 'Rome'));
  await source.turn();
  t.deepEqual(source.trips[0].keys, ['Oslo', 'Bern', 'Rome']);
  source.trips[0].answer([[1, 2], null, [5, 6]]);
  t.deepEqual(await block, denseBlock(5, 2, Float32Array.of(1, 2, -1, -1, -1, -1, 1, 2, 5, 6)));
  t.deepEqual(missing, []);
});

test('without any key nothing is waited for', async (t) => {
  const source = new FakeSource();
  const { fitted } = await compute(source, []);
  t.deepEqual(
    fitted.compute(RowView.of(people(null, null))),
    denseBlock(2, 2, Float32Array.of(-1, -1, -1, -1)),
  );
  t.deepEqual(fitted.compute(RowView.of([])), denseBlock(0, 2, new Float32Array()));
});

test('only the rows of a view are looked up, by a transform too', async (t) => {
  const source = new FakeSource();
  const key = transform(({ city }: Person) => city?.toLowerCase());
  const feature = lookup({ key, fetch: source.fetcher, width: 2 });
  t.deepEqual(feature.reads, [key]);
  const view = RowView.of(people('Oslo', 'Bern', 'Rome', null)).select(Int32Array.of(2, 0, 3));
  const block = (await feature.fit(view)).compute(view);
  await source.turn();
  t.deepEqual(source.trips[0].keys, ['rome', 'oslo']);
  source.trips[0].answer();
  t.deepEqual(
    await block,
    denseBlock(3, 2, Float32Array.of(...numbersOf('rome'), ...numbersOf('oslo'), 0, 0)),
  );
});

test('lookups of one source share round trips, and keys', async (t) => {
  const source = new FakeSource();
  const [a, b] = await Promise.all([
    compute(source, people('Oslo', 'Bern')),
    compute(source, people('Bern', 'Rome')),
  ]);
  await source.turn();
  t.deepEqual(
    source.trips.map(({ keys }) => keys),
    [['Oslo', 'Bern', 'Rome']],
  );
  source.trips[0].answer();
  t.deepEqual(await a.block, denseBlock(2, 2, Float32Array.from(['Oslo', 'Bern'].flatMap(numbersOf))));
  t.deepEqual(await b.block, denseBlock(2, 2, Float32Array.from(['Bern', 'Rome'].flatMap(numbersOf))));
});

const bad: readonly (readonly [string, FetchedValue, RegExp])[] = [
  ['too short', [1], /gave 1 numbers for a key; expected 2/],
  ['too long', [1, 2, 3], /gave 3 numbers for a key; expected 2/],
  ['NaN', [1, Number.NaN], /gave NaN as number 1 of a key; .* with missing: true it is a missing value/],
  ['infinite', [Number.POSITIVE_INFINITY, 1], /gave Infinity as number 0/],
  ['larger than a float', [1e39, 1], /gave 1e\+39 as number 0/],
  ['a single number', 3, /gave 1 numbers/],
  ['text', JSON.parse('"ab"'), /gave "a" as number 0/],
  ['text in an array', JSON.parse('["1", 2]'), /gave "1" as number 0/],
  ['an object', JSON.parse('{ "a": 1 }'), /gave an object with a for a key/],
  ['an error', new Error('no such shard'), /answered: no such shard/],
];
for (const [what, value, expected] of bad) {
  test(`a value that is ${what} costs its own rows, and else the feature, naming the row`, async (t) => {
    const source = new FakeSource();
    const rows = people('Bern', 'Oslo', null, 'Oslo');
    const { fitted, block, missing } = await compute(source, rows);
    await source.turn();
    source.trips[0].answer([[1, 2], value]);
    t.deepEqual([...(await block).values].slice(0, 2), [1, 2]);
    t.deepEqual(
      missing.map(([row]) => row),
      [1, 3],
    );
    const [[, error], [, same]] = missing;
    t.true(error instanceof LookupError);
    t.regex(error.message, expected);
    t.is(error, same);
    const view = RowView.of(['x', ...rows].map((row) => (typeof row === 'string' ? people(row)[0] : row)));
    const thrown = fitted.compute(view.select(Int32Array.of(2, 4)));
    await source.turn();
    source.trips[1].answer([value]);
    const named = await t.throwsAsync(async () => thrown, { instanceOf: LookupError });
    t.is(named?.row, 2);
    t.regex(named?.message ?? '', expected);
  });
}

test('keys that are none, or huge, cost their own rows and are not asked for', async (t) => {
  const source = new FakeSource();
  const keys: unknown[] = [
    'Oslo',
    'x'.repeat(1_025),
    Number.NaN,
    { a: 1 },
    true,
    'x'.repeat(1_024),
    1n << 5_000n,
  ];
  const rows = keys.map((city): Person => Object.assign(people(null)[0], { city }));
  const { block, missing } = await compute(source, rows);
  await source.turn();
  t.deepEqual(source.trips[0].keys, ['Oslo', 'x'.repeat(1_024)]);
  source.trips[0].answer();
  await block;
  t.deepEqual(
    missing.map(([row]) => row),
    [1, 2, 3, 4, 6],
  );
  for (const [, error] of missing) t.is(error instanceof LookupError && error.reason, 'key');
});

test('numbers and bigints are keys too, and 1 is not ‘1’', async (t) => {
  const timer = new FakeTimer();
  const requested: unknown[] = [];
  const fetch: Fetch<string | number | bigint> = (keys) => {
    requested.push(...keys);
    return keys.map((key) => [typeof key === 'string' ? 10 : typeof key === 'number' ? 20 : 30]);
  };
  const feature = lookup({ key: (row: string | number | bigint) => row, fetch, width: 1, timer });
  const view = RowView.of(['1', 1, 1n, 1]);
  const block = (await feature.fit(view)).compute(view);
  await timer.pass(0);
  t.deepEqual(requested, ['1', 1, 1n]);
  t.deepEqual(await block, denseBlock(4, 1, Float32Array.of(10, 20, 30, 20)));
});

test('what a deadline finds there is kept, the rest is missing; without leave to miss it fails', async (t) => {
  const source = new FakeSource({ maxBatch: 1 });
  const feature = lookup({ key: ({ city }: Person) => city, fetch: source.fetcher, width: 2 });
  const rows = RowView.of(people('Oslo', 'Bern'));
  const fitted = await feature.fit(rows);
  const stop = new AbortController();
  const missing: [number, Error][] = [];
  const partly = fitted.compute(rows, {
    signal: stop.signal,
    missing: (row, error) => missing.push([row, error]),
  });
  const whole = fitted.compute(rows, { signal: stop.signal });
  await source.turn();
  source.trips[1].answer();
  await source.turn();
  const late = new DeadlineError(5);
  stop.abort(late);
  t.deepEqual([...(await partly).values].slice(2), numbersOf('Bern'));
  t.deepEqual(missing, [[0, late]]);
  t.is(await t.throwsAsync(async () => whole), late);
});

test('whatever the rows, each has the numbers of its own key', async (t) => {
  const city = fc.option(fc.constantFrom('Oslo', 'Bern', 'Rome', 'Lima', ''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(city, { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (cities, maxBatch) => {
        const source = new FakeSource({ maxBatch });
        const { block } = await compute(source, people(...cities));
        await source.turn();
        for (const trip of source.trips) trip.answer(trip.keys.map((key) => [key.length, 7]));
        const expected = cities.flatMap((key) => (key === null ? absent : [key.length, 7]));
        t.deepEqual([...(await block).values], expected);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
});

test('it is readied by a connection, and counts what its source is asked', async (t) => {
  const source = new FakeSource();
  const { fitted } = await compute(source, people());
  t.deepEqual(await fitted.warm?.(), denseBlock(1, 2, Float32Array.from(absent)));
  t.is(source.timer.pending, 0);
  const block = fitted.compute(RowView.of(people('Oslo', 'Bern')));
  await source.turn();
  source.trips[0].answer();
  await block;
  t.deepEqual(fitted.counts?.(), { roundTrips: 1, keys: 2 });
});

test('options are checked', (t) => {
  const { fetcher, fetch } = new FakeSource();
  const key = ({ city }: Person) => city;
  const wrong: [object, string][] = [
    [{ key: 'city' }, 'key'],
    [{ fetch: 3 }, 'fetch'],
    [{ width: 0 }, 'width'],
    [{ absent: [1] }, 'absent'],
    [{ absent: [1, Number.NaN] }, 'absent'],
    [{ absent: 3 }, 'absent'],
    [{ price: -1 }, 'price'],
    [{ maxBatch: 0 }, 'maxBatch'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: 1e10 }, 'timeoutMs'],
    [{ retries: 0.5 }, 'retries'],
    [{ name: '' }, 'name'],
    [{ random: 1 }, 'random'],
    [{ breaker: { failures: 0 } }, 'breaker.failures'],
    [{ breaker: { openMs: -1 } }, 'breaker.openMs'],
    [{ breaker: { after: 1 } }, 'breaker.after'],
    [{ batch: 3 }, 'batch'],
    [{ fetch: fetcher, timeoutMs: 5 }, 'timeoutMs'],
  ];
  for (const [options, option] of wrong) {
    const error = t.throws(() => lookup<Person, string>({ key, fetch, width: 2, ...options }), {
      instanceOf: OptionError,
    });
    t.is(error?.option, option);
  }
});

test('with missing, NaN is a value: of rows without a key, and in what is fetched', async (t) => {
  const source = new FakeSource();
  const options = { key: ({ city }: Person) => city, fetch: source.fetcher, width: 2 };
  const view = RowView.of(people('Oslo', null, 'Bern'));
  const block = (await lookup({ ...options, missing: true }).fit(view)).compute(view);
  await source.turn();
  source.trips[0].answer([[1, Number.NaN], null]);
  const missing = Number.NaN;
  t.deepEqual(await block, denseBlock(3, 2, Float32Array.of(1, missing, missing, missing, missing, missing)));
  t.true(lookup({ ...options, missing: true, absent: [1, missing] }).missing);
  t.throws(() => lookup({ ...options, absent: [1, missing] }), {
    instanceOf: OptionError,
    message: /2 finite numbers/,
  });
});
