import test from 'ava';
import { FeatureCache } from '../../../lib/cache/index.js';
import { numbersOf } from './features.js';

/** Whole numbers from 1, a few often and most seldom, the same for every seed. */
function* zipf(seed: number, most: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield Math.floor(most ** (state / 2 ** 32));
  }
}

function* everNew(): Generator<number> {
  for (let key = 1; ; key++) yield key;
}

/** Milliseconds saved of two features by one cache, and by two of half its size. */
function saved(keys: readonly [Iterator<number>, Iterator<number>], costs: readonly [number, number]) {
  const maxBytes = 100_000;
  const both = new FeatureCache({ maxBytes });
  const ours = costs.map((cost) => both.shelf(cost));
  const halves = costs.map((cost) => new FeatureCache({ maxBytes: maxBytes / 2 }).shelf(cost));
  const block = numbersOf(['x'], 10, false);
  for (let i = 0; i < 60_000; i++) {
    const which = i % 2;
    const key: number = keys[which].next().value;
    for (const shelf of [ours[which], halves[which]]) {
      if (shelf.get(key) === undefined) shelf.set(key, block, undefined);
      else shelf.hit(1);
    }
  }
  const total = (shelves: typeof ours) => shelves.reduce((sum, { savedMs }) => sum + savedMs, 0);
  return { ours: total(ours), halves: total(halves), bytes: both.bytes, maxBytes };
}

test('space goes where it saves most, and what has equal parts saves no more', (t) => {
  const dear = saved([zipf(1, 5_000), zipf(2, 5_000)], [10, 1]);
  t.true(dear.ours > 1.05 * dear.halves, `${dear.ours} and ${dear.halves}`);
  t.true(dear.bytes <= dear.maxBytes);
  const useless = saved([everNew(), zipf(2, 5_000)], [100, 1]);
  t.true(useless.ours > 1.05 * useless.halves, `${useless.ours} and ${useless.halves}`);
  const alike = saved([zipf(1, 5_000), zipf(2, 5_000)], [1, 1]);
  t.true(alike.ours >= 0.995 * alike.halves, `${alike.ours} and ${alike.halves}`);
});

test('one feature has it all, and what it leaves free another may take', (t) => {
  const cache = new FeatureCache({ maxBytes: 10_000 });
  const [first, second] = [cache.shelf(1), cache.shelf(1)];
  const block = numbersOf(['x'], 10, false);
  for (let key = 0; key < 1_000; key++) first.set(key, block, undefined);
  t.true(first.bytes > 9_500);
  for (let key = 0; key < 1_000; key++) second.set(key, block, undefined);
  t.true(first.bytes > 4_500 && second.bytes > 4_500 && cache.bytes <= 10_000);
  cache.clear();
  t.is(cache.bytes, 0);
});

test('what is larger than all the room isn’t kept', (t) => {
  const cache = new FeatureCache({ maxBytes: 300 });
  const shelf = cache.shelf(1);
  shelf.set('a', numbersOf(['x'], 2, false), undefined);
  shelf.set('b', numbersOf(['x'], 1_000, false), undefined);
  t.true(shelf.get('a') !== undefined);
  t.is(shelf.get('b'), undefined);
});
