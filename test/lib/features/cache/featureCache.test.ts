import test from 'ava';
import { FeatureCache } from '../../../../lib/features/cache/index.js';
import { numbersOf } from './features.js';

test('what is used often stays, however many other keys another feature brings', (t) => {
  const cache = new FeatureCache({ maxBytes: 10_000 });
  const [often, never] = [cache.shelf(), cache.shelf()];
  const block = numbersOf(['x'], 10, false);
  for (let key = 0; key < 15; key++) often.set(key, block, undefined);
  for (let key = 0; key < 1_000; key++) never.set(key, block, undefined);
  for (let key = 0; key < 15; key++) t.true(often.get(key) !== undefined, `${key}`);
  t.true(cache.bytes <= 10_000);
});

test('of one feature the least recently used entry goes first', (t) => {
  const cache = new FeatureCache({ maxBytes: 1_000 });
  const shelf = cache.shelf();
  // An entry takes 200 bytes, 8 for its key, and 4 for each value.
  const block = numbersOf(['x'], 10, false);
  for (const key of [1, 2, 3, 4]) shelf.set(key, block, undefined);
  shelf.get(1);
  shelf.set(5, block, undefined);
  t.deepEqual(
    [1, 2, 3, 4, 5].map((key) => shelf.get(key) !== undefined),
    [true, false, true, true, true],
  );
});

test('one feature has it all, and what it leaves free another may take', (t) => {
  const cache = new FeatureCache({ maxBytes: 10_000 });
  const [first, second] = [cache.shelf(), cache.shelf()];
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
  const shelf = cache.shelf();
  shelf.set('a', numbersOf(['x'], 2, false), undefined);
  shelf.set('b', numbersOf(['x'], 1_000, false), undefined);
  t.true(shelf.get('a') !== undefined);
  t.is(shelf.get('b'), undefined);
});
