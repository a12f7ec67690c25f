import test from 'ava';
import fc from 'fast-check';
import { beamSearch, cheapest, insertions } from '../../../cascades/search/beamSearch.js';

interface Path {
  readonly steps: readonly number[];
  readonly cost: number;
}

const path = (...steps: number[]): Path => ({ steps, cost: steps.reduce((sum, step) => sum + step, 0) });
/** Extends each path by one step; its cost depends on its length alone. */
const over = (cost: (length: number) => number) => (beam: readonly Path[]) =>
  beam.map(({ steps }) => ({ steps: [...steps, steps.length], cost: cost(steps.length + 1) }));

test('the cheapest of finite cost, each once, equals in their order', (t) => {
  const [a, b, c] = [path(2), path(1), path(1)];
  const unusable = { steps: [], cost: Number.POSITIVE_INFINITY };
  t.deepEqual(cheapest([a, b, b, unusable, c], 3), [b, c, a]);
  t.is(cheapest([a, b, c], 2)[1], c);
  t.deepEqual(cheapest([unusable], 3), []);
});

test('extends as long as that is cheaper, and no more rounds than it may', (t) => {
  const falling = over((length) => 10 - length);
  const options = { width: 2, rounds: 3, until: 'best' } as const;
  t.is(beamSearch([path(9)], falling, options)[0].cost, 6);
  t.is(beamSearch([path(9)], falling, { ...options, rounds: 0 })[0].cost, 9);
  t.deepEqual(beamSearch([{ steps: [], cost: Number.POSITIVE_INFINITY }], falling, options), []);
});

test('a round that finds nothing cheaper ends the search, or leaves it on while the beam changes', (t) => {
  const hill = over((length) => (length === 2 ? 12 : 20 - 5 * length));
  const start = [path(10)];
  t.is(beamSearch(start, hill, { width: 2, rounds: 4, until: 'best' })[0].cost, 10);
  t.is(beamSearch(start, hill, { width: 2, rounds: 4, until: 'beam' })[0].cost, -5);
});

test('an item that a cheaper one makes spare takes no place', (t) => {
  const hasAllOf = (found: Path, cheaper: Path) => cheaper.steps.every((step) => found.steps.includes(step));
  const [short, longer, other] = [path(1), { ...path(1, 0), cost: 1 }, path(2)];
  t.deepEqual(cheapest([longer, short, other], 2), [longer, short]);
  t.deepEqual(cheapest([short, longer, other], 2, hasAllOf), [short, other]);
  // Dearer items make none spare.
  t.deepEqual(cheapest([{ ...longer, cost: 0.5 }, short], 2, hasAllOf), [{ ...longer, cost: 0.5 }, short]);
});

test('a stage is inserted where the order lets it, and nowhere else', (t) => {
  const sets = [['a'], ['b'], ['a', 'b'], ['a', 'b', 'c']];
  const isLess = (earlier: readonly string[], later: readonly string[]) =>
    earlier.length < later.length && earlier.every((name) => later.includes(name));
  t.deepEqual(insertions([['a', 'b']], sets, isLess), [
    [['a'], ['a', 'b']],
    [['b'], ['a', 'b']],
    [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ],
  ]);
  t.deepEqual(insertions([['a']], [['b']], isLess), []);
});

test('insertions of divisors are chains of divisors, one longer', (t) => {
  const divides = (a: number, b: number) => a < b && b % a === 0;
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 20 }), (all) => {
      const chain = [6, 36].filter((n) => all.includes(n));
      for (const longer of insertions(chain, all, divides)) {
        t.is(longer.length, chain.length + 1);
        t.true(longer.every((n, i) => i === 0 || divides(longer[i - 1], n)));
        t.deepEqual(
          longer.filter((n) => chain.includes(n)),
          chain,
        );
      }
    }),
  );
});
