import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock, gather } from '../../../../lib/data/blocks/index.js';
import { DeadlineError, FeatureError, LookupError } from '../../../../lib/errors.js';
import { Front } from '../../../../lib/features/cache/cachedFeature.js';
import { FeatureCache, type FeatureCacheOptions } from '../../../../lib/features/cache/index.js';
import type { Caching } from '../../../../lib/features/cache/loader.js';
import { type FittedFeature, RowView } from '../../../../lib/features/define/index.js';
import { type Item, items, numbersOf, spied } from './features.js';

const key = (row: Item) => row.key;

function front(
  inner: FittedFeature<Item>,
  options: Partial<FeatureCacheOptions> = {},
  caching: Partial<Caching<Item>> = {},
) {
  const cache = new FeatureCache({ maxBytes: 1e6, ...options });
  const now = cache.timer.now;
  const own = { key, ttlMs: undefined, failuresMs: undefined, now, ...caching };
  return { cache, cached: new Front(inner, cache.shelf(), own) };
}

/** A block's numbers, wherever they lie. */
function plain(block: Block): Block {
  return gather(block, [...Array(block.rows).keys()]);
}

function deferred<T>() {
  let resolve = (_: T): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const anyKey = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.constantFrom('1', '2', 'long'.repeat(20)),
  fc.constant(null),
);

test('cached numbers are those computed, bit for bit, whatever is asked in which order and however little room', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyKey, { maxLength: 8 }), { maxLength: 12 }),
      fc.boolean(),
      fc.constantFrom('at once', 'later', 'both'),
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 1, max: 4 }),
      async (batches, sparse, when, maxBytes, together) => {
        let calls = 0;
        const inner = spied(3, sparse, async_);
        function async_(block: Block) {
          const waits = when === 'later' || (when === 'both' && calls++ % 2 === 0);
          return waits ? Promise.resolve().then(() => block) : block;
        }
        const { cache, cached } = front(inner, { maxBytes });
        for (let from = 0; from < batches.length; from += together) {
          const requested = batches.slice(from, from + together);
          const blocks = await Promise.all(requested.map((keys) => cached.compute(RowView.of(items(keys)))));
          requested.forEach((keys, i) => {
            if (keys.length === 0) t.is(blocks[i].rows, 0);
            else t.deepEqual(plain(blocks[i]), plain(numbersOf(keys, 3, sparse)));
          });
          t.true(cache.bytes <= maxBytes);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a key is computed once, a selection of rows alone, and a row without a key each time', (t) => {
  // Each row takes a millisecond.
  let clock = 0;
  const inner = spied(2, false, (block, keys) => {
    clock += keys.length;
    return block;
  });
  const { cached } = front(inner, {}, { now: () => clock });
  const view = RowView.of(items(['a', 'b', 'a', null, 'c']));
  cached.compute(view.select(Int32Array.of(0, 2, 3)));
  cached.compute(view);
  t.deepEqual(inner.calls, [
    ['a', null],
    ['b', 'c', null],
  ]);
  t.deepEqual(cached.counts(), { hits: 2, misses: 6, joined: 0, savedMs: 2 });
});

test('1 and "1" are two keys', (t) => {
  const inner = spied(2, false);
  const { cached } = front(inner);
  cached.compute(RowView.of(items([1])));
  cached.compute(RowView.of(items(['1'])));
  t.deepEqual(inner.calls, [[1], ['1']]);
});

test('whoever wants a key that is under way waits for it', async (t) => {
  const gate = deferred<void>();
  const inner = spied(2, false, (block) => gate.promise.then(() => block));
  const { cached } = front(inner);
  const both = [['a', 'b'], ['b', 'c'], ['a']].map((keys) => cached.compute(RowView.of(items(keys))));
  gate.resolve();
  const blocks = await Promise.all(both);
  t.deepEqual(inner.calls, [['a', 'b'], ['c']]);
  t.deepEqual(plain(blocks[1]), plain(numbersOf(['b', 'c'], 2, false)));
  t.is(cached.counts().joined, 2);
});

test('a failure is nobody’s numbers: who waited for a key among others computes it once more', async (t) => {
  const first = deferred<Block>();
  let calls = 0;
  const inner = spied(2, false, (block) => (calls++ === 0 ? first.promise : Promise.resolve(block)));
  const { cached } = front(inner, {}, { failuresMs: 1_000 });
  const leader = cached.compute(RowView.of(items(['a', 'b'])));
  const joined = [cached.compute(RowView.of(items(['b']))), cached.compute(RowView.of(items(['b'])))];
  first.reject(new Error('down'));
  await t.throwsAsync(async () => leader, { message: 'down' });
  for (const block of await Promise.all(joined)) t.deepEqual(plain(block), plain(numbersOf(['b'], 2, false)));
  t.deepEqual(inner.calls, [['a', 'b'], ['b']]);
  await cached.compute(RowView.of(items(['a'])));
  t.deepEqual(inner.calls.at(-1), ['a']);
});

test('what fails by itself fails who waited, and is asked again unless failures are to be remembered', async (t) => {
  for (const failuresMs of [undefined, 100]) {
    let now = 0;
    const timer = { now: () => now, after: () => () => {} };
    const inner = spied(2, false, async () => {
      throw new Error('no such row');
    });
    const { cached } = front(inner, { timer }, { failuresMs });
    const request = async () => cached.compute(RowView.of(items(['a'])));
    const waiting = [request(), request()];
    for (const each of waiting) await t.throwsAsync(each, { message: 'no such row' });
    t.is(inner.calls.length, 1);
    await t.throwsAsync(request(), { message: 'no such row' });
    t.is(inner.calls.length, failuresMs === undefined ? 2 : 1);
    now = 101;
    await t.throwsAsync(request());
    t.is(inner.calls.length, failuresMs === undefined ? 3 : 2);
  }
});

test('rows that a source has no numbers for are told, the others are there', async (t) => {
  const inner = spied(2, false, (block, keys, { missing }) => {
    keys.forEach((each, row) => {
      if (each === 'bad') missing?.(row, new Error('bad key'));
    });
    return Promise.resolve(block);
  });
  const { cached } = front(inner);
  const lost: number[] = [];
  const view = RowView.of(items(['a', 'bad', 'b', 'bad']));
  const block = await cached.compute(view, { missing: (row) => lost.push(row) });
  t.deepEqual(lost, [1, 3]);
  t.deepEqual(gather(block, [0, 2]), gather(numbersOf(['a', 'b'], 2, false), [0, 1]));
  await t.throwsAsync(async () => cached.compute(view), { message: 'bad key' });
  t.deepEqual(inner.calls, [['a', 'bad', 'b'], ['bad']]);
});

test('numbers are computed again when their time is over', (t) => {
  let now = 0;
  const inner = spied(2, true);
  const { cached } = front(inner, { timer: { now: () => now, after: () => () => {} } }, { ttlMs: 50 });
  for (const at of [0, 49, 51, 52, 102]) {
    now = at;
    t.deepEqual(plain(cached.compute(RowView.of(items(['a']))) as Block), plain(numbersOf(['a'], 2, true)));
  }
  t.is(inner.calls.length, 3);
});

test('who leaves takes nothing from those who stay; when all have left, it is called off', async (t) => {
  const gate = deferred<void>();
  const inner = spied(2, false, (block) => gate.promise.then(() => block));
  const { cached } = front(inner);
  const [first, second] = [new AbortController(), new AbortController()];
  const view = RowView.of(items(['a']));
  const calls = [first, second].map(({ signal }) => cached.compute(view, { signal }));
  first.abort(new Error('gone'));
  t.false(inner.contexts[0].signal?.aborted);
  second.abort(new Error('gone too'));
  t.true(inner.contexts[0].signal?.aborted);
  gate.resolve();
  await Promise.allSettled(calls);
  t.is(inner.calls.length, 1);
});

test('a point query of a key that is there is given the block that is kept', (t) => {
  const { cached } = front(spied(2, true));
  const view = RowView.of(items(['a']));
  cached.compute(view);
  t.is(cached.compute(view), cached.compute(view));
});

test('the row to blame is named, whether it was told or thrown', async (t) => {
  const reported = spied(1, false, (block, keys, { missing }) => {
    keys.forEach((each, row) => {
      if (each === 'bad') missing?.(row, new FeatureError('', undefined, 'is bad'));
    });
    return block;
  });
  const thrown = spied(1, false, (_, keys) => {
    throw new FeatureError('', 4 + keys.indexOf('bad') - 1, 'is bad');
  });
  const view = RowView.of(items(['', '', '', 'a', 'bad'])).select(Int32Array.of(3, 4));
  for (const inner of [reported, thrown]) {
    const error = t.throws(() => front(inner).cached.compute(view), { instanceOf: FeatureError });
    t.is(error?.row, 4);
  }
});

test('what may never come is nobody’s, once who began it has left', async (t) => {
  let calls = 0;
  const inner = spied(2, false, (block) => (calls++ === 0 ? new Promise<never>(() => {}) : block));
  const { cached } = front(inner);
  const leaving = new AbortController();
  const view = RowView.of(items(['a']));
  const left = cached.compute(view, { signal: leaving.signal });
  leaving.abort(new Error('gone'));
  await t.throwsAsync(async () => left, { message: 'gone' });
  t.deepEqual(plain(await cached.compute(view)), plain(numbersOf(['a'], 2, false)));
  t.deepEqual(inner.calls, [['a'], ['a']]);
});

test('each row counts once: as there, computed, or waited for', async (t) => {
  const first = deferred<Block>();
  let calls = 0;
  const inner = spied(2, false, (block) => (calls++ === 0 ? first.promise : Promise.resolve(block)));
  const { cached } = front(inner);
  const leader = cached.compute(RowView.of(items(['a', 'b'])));
  const joined = [cached.compute(RowView.of(items(['b']))), cached.compute(RowView.of(items(['b', 'b'])))];
  first.reject(new Error('down'));
  await Promise.allSettled([leader, ...joined]);
  const { hits = 0, misses = 0, joined: waited = 0 } = cached.counts();
  t.is(hits + misses + waited, 5);
  t.is(waited, 2);
});

test('who leaves is told what is there, and why the rest isn’t', async (t) => {
  const inner = spied(2, false, (block, keys) =>
    keys.includes('slow') ? new Promise<never>(() => {}) : block,
  );
  const { cached } = front(inner);
  cached.compute(RowView.of(items(['a'])));
  const leaving = new AbortController();
  const lost = new Map<number, Error>();
  const missing = (row: number, error: Error) => lost.set(row, error);
  const computing = cached.compute(RowView.of(items(['slow', 'a'])), { signal: leaving.signal, missing });
  leaving.abort(new DeadlineError(5));
  const block = await computing;
  t.deepEqual(gather(block, [1]), gather(numbersOf(['slow', 'a'], 2, false), [1]));
  t.deepEqual([...lost.keys()], [0]);
  t.true(lost.get(0) instanceof DeadlineError);
});

test('what a source that is down says, or a call that was ended, isn’t remembered of a key', async (t) => {
  const errors = [
    new LookupError('', undefined, 's', 'unreachable', 'is down'),
    new LookupError('', undefined, 's', 'open', 'is left alone'),
    new LookupError('', undefined, 's', 'timeout', 'is late'),
    new DeadlineError(5),
    new LookupError('', undefined, 's', 'malformed', 'is NaN'),
  ];
  for (const [e, error] of errors.entries()) {
    const inner = spied(2, false, (block, _, { missing }) => {
      missing?.(0, error);
      return Promise.resolve(block);
    });
    const { cached } = front(inner, {}, { failuresMs: 1_000 });
    const view = RowView.of(items(['a']));
    for (let i = 0; i < 2; i++) await t.throwsAsync(async () => cached.compute(view));
    t.is(inner.calls.length, e < 4 ? 2 : 1, error.message);
  }
});

test('of two who leave in one turn each is told of his own reason', async (t) => {
  const inner = spied(
    2,
    false,
    (_, __, { signal }) =>
      new Promise<never>((__, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  );
  const { cached } = front(inner);
  const leaving = [new AbortController(), new AbortController()];
  const left = leaving.map(({ signal }) => cached.compute(RowView.of(items(['a'])), { signal }));
  leaving[1].abort(new Error('second'));
  leaving[0].abort(new Error('first'));
  await t.throwsAsync(async () => left[0], { message: 'first' });
  await t.throwsAsync(async () => left[1], { message: 'second' });
});

test('keys that are parts of long texts keep nothing but themselves', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const compute = (view: RowView<Item>) => denseBlock(view.length, 1, new Float32Array(view.length));
  const { cached } = front({ ...spied(1, false), compute }, { maxBytes: 1e6 });
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1_000; i++) {
    const text = `${i} `.repeat(10_000);
    cached.compute(RowView.of(items([text.slice(0, 40)])));
  }
  collect();
  t.true(process.memoryUsage().heapUsed - before < 5e6);
  t.is(cached.counts().misses, 1_000);
});

test('a whole number of any length counts with its bytes, or is no key', (t) => {
  const inner = spied(1, false);
  const { cache, cached } = front(inner, { maxBytes: 1e5 });
  for (let i = 0; i < 300; i++) cached.compute(RowView.of([{ key: (1n << 4_000n) + BigInt(i), id: i }]));
  const kept = 1e5 / (200 + 512 + 4);
  t.true(cache.bytes > 0.9e5 && cache.bytes / (200 + 512 + 4) <= kept);
  const huge = RowView.of([{ key: 1n << 100_000n, id: 0 }]);
  const before = inner.calls.length;
  cached.compute(huge);
  cached.compute(huge);
  t.is(inner.calls.length, before + 2);
});
