import test from 'ava';
import fc from 'fast-check';
import { keyOf } from '../../../cascades/chain/index.js';
import {
  affordableSubsets,
  EXHAUSTIVE,
  neighbours,
  rankedSubsets,
  searchSubsets,
  subsetSpace,
} from '../../../cascades/search/subsets.js';

const prices: Readonly<Record<string, number>> = { a: 1, b: 2, c: 4, d: 8 };
const cost = (features: readonly string[]) => features.reduce((sum, name) => sum + prices[name], 0);
const names = Object.keys(prices);

test('subsets that cost at most .8 of the full pipeline, cheapest first', (t) => {
  t.deepEqual(affordableSubsets(names, cost, 6.25), [['a'], ['b'], ['a', 'b'], ['c'], ['a', 'c']]);
  t.deepEqual(affordableSubsets(names, cost, 1), []);
  t.is(affordableSubsets(names, cost, 19)?.length, 15);
});

test('a shared cost is counted as the caller counts it, not added up', (t) => {
  const shared = (features: readonly string[]) => 3 + 0.1 * features.length;
  t.is(affordableSubsets(['a', 'b', 'c'], shared, 4.2)?.length, 7);
  t.is(affordableSubsets(['a', 'b', 'c'], shared, 4.1)?.length, 6);
});

test('features keep their order, whatever they cost', (t) => {
  t.deepEqual(affordableSubsets(['d', 'a'], cost, 12), [['a'], ['d'], ['d', 'a']]);
});

test('too many to try all: nothing is listed', (t) => {
  const one = () => 1;
  const many = (count: number) => Array.from({ length: count }, (_, i) => `f${i}`);
  // Six features have 63 subsets, seven 127.
  t.is(affordableSubsets(many(6), one, 2)?.length, 63);
  t.is(affordableSubsets(many(7), one, 2), undefined);
  // Twelve features are listed if few of their subsets are affordable; more are not looked at.
  const single = (features: readonly string[]) => features.length;
  t.is(affordableSubsets(many(12), single, 2)?.length, 12);
  t.is(affordableSubsets(many(13), single, 2), undefined);
  t.is(EXHAUSTIVE, 64);
});

test('neighbours have one feature more or one less, are affordable and new', (t) => {
  t.deepEqual(neighbours([['b']], names, new Set(), cost, 100), [
    ['a', 'b'],
    ['b', 'c'],
    ['b', 'd'],
  ]);
  t.deepEqual(neighbours([['a', 'b']], names, new Set(), cost, 10), [['a'], ['b'], ['a', 'b', 'c']]);
  t.deepEqual(neighbours([['a', 'b']], names, new Set([keyOf(['a'])]), cost, 10), [['b'], ['a', 'b', 'c']]);
  t.deepEqual(neighbours([[]], names, new Set(), cost, 5), [['a'], ['b'], ['c']]);
  // Each once, though two subsets lead to it.
  t.deepEqual(neighbours([['a'], ['b']], ['a', 'b'], new Set(), cost, 100), [['a', 'b']]);
});

test('steps to neighbours reach every affordable subset', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.nat(60),
      (each, full) => {
        const all = each.map((_, i) => `f${i}`);
        const total = (features: readonly string[]) =>
          features.reduce((sum, name) => sum + each[all.indexOf(name)], 0);
        const known = new Set<string>();
        let next = neighbours([[]], all, known, total, full);
        while (next.length > 0) {
          for (const subset of next) {
            t.false(known.has(keyOf(subset)));
            known.add(keyOf(subset));
          }
          next = neighbours(next, all, known, total, full);
        }
        const listed = affordableSubsets(all, total, full) ?? [];
        t.deepEqual([...known].sort(), listed.map(keyOf).sort());
      },
    ),
  );
});

test('keys tell subsets apart, whatever their features are called', (t) => {
  t.not(keyOf(['a + b']), keyOf(['a', 'b']));
  t.not(keyOf(['a', '']), keyOf(['a']));
  t.is(keyOf(['a', 'b']), keyOf(['a', 'b']));
});

test('a space that lists its subsets has them all tried, as many as may be', async (t) => {
  const space = subsetSpace(names, cost, 30);
  t.deepEqual(space.works(cost), space.first.map(cost));
  const tried: string[] = [];
  const tryAll = async (subsets: readonly (readonly string[])[]) => {
    for (const subset of subsets) tried.push(keyOf(subset));
  };
  t.is(await searchSubsets(space, 100, tryAll, () => []), 15);
  t.is(new Set(tried).size, 15);
  t.is(await searchSubsets(space, 4, tryAll, () => []), 4);
});

test('a larger space is searched from the best subsets, and finds the one that is wanted', async (t) => {
  const many = Array.from({ length: 14 }, (_, i) => `f${i}`);
  const wanted = ['f3', 'f7', 'f11'];
  const space = subsetSpace(many, (features) => features.length, 20);
  t.is(space.first.length, 14);
  const works = space.works(() => 2);
  t.is(works.length, EXHAUSTIVE);
  t.is(works[14], 4, 'of two features');
  t.is(works[63], 11, 'hardly larger than those of five');
  const tried: { features: readonly string[]; cost: number }[] = [];
  const miss = (features: readonly string[]) =>
    many.filter((name) => wanted.includes(name) !== features.includes(name)).length;
  const count = await searchSubsets(
    space,
    200,
    async (subsets) => {
      for (const features of subsets) tried.push({ features, cost: miss(features) });
    },
    () => rankedSubsets(tried),
  );
  t.deepEqual(rankedSubsets(tried)[0], wanted);
  t.is(count, tried.length);
  t.is(new Set(tried.map(({ features }) => keyOf(features))).size, count, 'none is tried twice');
});

test('subsets are ranked by the least that they cost, in whatever order their features stand', (t) => {
  const [ab, ba, c] = [['a', 'b'], ['b', 'a'], ['c']];
  t.deepEqual(
    rankedSubsets([
      { features: ab, cost: 3 },
      { features: c, cost: 2 },
      { features: ba, cost: 1 },
      { features: ['d'], cost: Number.POSITIVE_INFINITY },
    ]),
    [ba, c],
  );
});

test('versions are tried once features are, as neighbours of the best subsets and alone', async (t) => {
  const dear: Readonly<Record<string, number>> = { ...prices, 'd@1': 1, 'd@4': 4 };
  const costAt = (features: readonly string[]) => features.reduce((sum, name) => sum + dear[name], 0);
  const space = subsetSpace(['a', 'd'], costAt, 13, { d: ['1', '4'] });
  const tried: string[][] = [];
  const best = () => tried.toSorted((x, y) => costAt(x) - costAt(y));
  await searchSubsets(
    space,
    99,
    async (subsets) => void tried.push(...subsets.map((each) => [...each])),
    best,
  );
  t.deepEqual(tried.slice(0, 2), [['a'], ['d']]);
  const keys = tried.map(keyOf);
  t.is(new Set(keys).size, keys.length, 'each once');
  for (const subset of [['a', 'd@1'], ['a', 'd@4'], ['d@1'], ['d@4']]) t.true(keys.includes(keyOf(subset)));
  t.true(tried.every((subset) => subset.filter((name) => name.startsWith('d')).length <= 1));
  t.true(space.works(() => 1).length >= tried.length);
});
