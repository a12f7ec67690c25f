import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { Front } from '../../../../lib/features/cache/cachedFeature.js';
import { FeatureCache, type Tier } from '../../../../lib/features/cache/index.js';
import { SecondCache } from '../../../../lib/features/cache/remoteTier.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { type Item, items, numbersOf, spied } from './features.js';

const block = numbersOf(['a'], 2, false);

/** A tier in memory that counts how often it is asked. */
function memory() {
  const kept = new Map<string, Uint8Array>();
  const tier = {
    requested: 0,
    get: async (keys: readonly string[]) => {
      tier.requested++;
      return keys.map((key) => kept.get(key) ?? null);
    },
    set: async (entries: readonly (readonly [string, Uint8Array])[]) => {
      for (const [key, value] of entries) kept.set(key, value);
    },
  };
  return tier;
}

test('one that hangs is waited for so long, and after five times left alone for a while', async (t) => {
  const timer = new FakeTimer();
  let requested = 0;
  const hung: Tier = {
    timeoutMs: 20,
    get: () => {
      requested++;
      return new Promise(() => {});
    },
    set: () => new Promise(() => {}),
  };
  const second = new SecondCache(hung, timer);
  for (let i = 0; i < 5; i++) {
    const getting = second.get(['a', 'b'], 2);
    let isOver = false;
    void getting.then(() => {
      isOver = true;
    });
    await timer.pass(19);
    t.false(isOver);
    await timer.pass(1);
    t.deepEqual(await getting, [undefined, undefined]);
  }
  t.is(timer.pending, 0);
  t.deepEqual(await second.get(['a'], 2), [undefined]);
  await second.set([['a', block]], undefined);
  t.is(requested, 5);
  await timer.pass(500);
  const again = second.get(['a'], 2);
  await timer.pass(20);
  await again;
  t.is(requested, 6);
});

test('what throws at once is a miss, too', async (t) => {
  const broken = () => {
    throw new Error('closed');
  };
  const second = new SecondCache({ get: broken, set: broken }, new FakeTimer());
  t.deepEqual(await second.get(['a'], 2), [undefined]);
  await t.notThrowsAsync(second.set([['a', block]], 5));
});

test('a block has its time from when it was left there', async (t) => {
  let now = 1_000;
  const second = new SecondCache(memory(), new FakeTimer(), () => now);
  await second.set([['a', block]], 400);
  await second.set([['b', block]], undefined);
  now += 350;
  t.deepEqual(await second.get(['a', 'b', 'c'], 2), [
    { block, leftMs: 50 },
    { block, leftMs: Number.POSITIVE_INFINITY },
    undefined,
  ]);
  now += 50;
  t.is((await second.get(['a'], 2))[0], undefined);
});

/** Processes that share a second cache, and time. */
function processes(ttlMs: number | undefined, now: () => number) {
  const tier = memory();
  const inner = spied(2, false, async (computed) => computed);
  const timer = { now, after: () => () => {} };
  return {
    tier,
    inner,
    start() {
      const cache = new FeatureCache({ maxBytes: 1e6, timer });
      const second = { cache: new SecondCache(tier, timer, now), identity: () => 'f' };
      const options = { key: ({ key }: Item) => key, failuresMs: undefined };
      return new Front(inner, cache.shelf(), { ...options, ttlMs, now, second });
    },
  };
}

test('numbers of another process are as old as they are', async (t) => {
  let now = 1_000;
  const { inner, start } = processes(400, () => now);
  const [first, other] = [start(), start()];
  const view = RowView.of(items(['a']));
  await first.compute(view);
  await setImmediate();
  for (const [at, computed] of [
    [1_350, 1],
    [1_399, 1],
    [1_401, 2],
  ]) {
    now = at;
    await other.compute(view);
    t.is(inner.calls.length, computed, `${at}`);
  }
});

test('rows count as hits wherever their numbers were found', async (t) => {
  const { start } = processes(undefined, () => 0);
  await start().compute(RowView.of(items(['a'])));
  await setImmediate();
  const other = start();
  await other.compute(RowView.of(items(['a', 'a', 'b', null, 'a', 'b'])));
  t.like(other.counts(), { hits: 3, misses: 3, joined: 0 });
});
