import test from 'ava';
import fc from 'fast-check';
import {
  CERTIFY_SHARE,
  FOLDS,
  type Part,
  type RowSplit,
  type Split,
  splitByDraw,
  splitByParts,
} from '../../../../cascades/problem/split/index.js';
import { DataError, OptionError } from '../../../../lib/errors.js';
import { random } from '../../../../lib/stats/index.js';
import { expectRate } from '../../../support/rates.js';

type Input = Omit<Parameters<typeof splitByDraw>[0], 'split'> & { readonly split: Split<number> | undefined };

function split(n: number, seed: number | string, { split, ...more }: Partial<Input> = {}): RowSplit {
  const known = { groups: undefined, separate: false, ...more };
  return typeof split === 'function'
    ? splitByParts(upTo(n).map(split), known)
    : splitByDraw({ count: n, strata: undefined, split, random: random(seed), ...known });
}

const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

const inputs = fc
  .record({
    n: fc.integer({ min: 8, max: 80 }),
    seed: fc.nat(),
    classes: fc.integer({ min: 1, max: 4 }),
    grouped: fc.boolean(),
    share: fc.double({ min: 0, max: 0.6, noNaN: true }),
    folds: fc.integer({ min: 2, max: 7 }),
    separate: fc.boolean(),
  })
  .map(({ n, seed, classes, grouped, share, folds, separate }) => ({
    n,
    seed,
    input: {
      labels: Int32Array.from({ length: n }, (_, row) => (row * 7) % classes),
      groups: grouped ? Int32Array.from({ length: n }, (_, row) => row % Math.ceil(n / 2)) : undefined,
      split: { certify: share, folds },
      separate,
    },
  }));

test('every row plays one part; every development row is scored once, by models that have not seen it', (t) => {
  fc.assert(
    fc.property(inputs, ({ n, seed, input }) => {
      const { development, certify, rounds, fit, scored } = split(n, seed, input);
      t.deepEqual(ascending([...development, ...certify]), upTo(n));
      t.deepEqual([...development], ascending(development));
      t.deepEqual([...fit], upTo(development.length));
      t.deepEqual([...scored], upTo(development.length));
      t.deepEqual(ascending(rounds.flatMap(({ score }) => [...score])), upTo(development.length));
      for (const round of rounds) {
        t.deepEqual(ascending([...round.fit, ...round.score]), upTo(development.length));
        t.true(round.fit.length > 0 && round.score.length > 0);
      }
      if (input.separate) t.is(certify.length, 0);
      else if (!input.groups) t.is(certify.length, Math.round(n * input.split.certify));
    }),
  );
});

test('no group is torn, neither from the certificate nor from a fold', (t) => {
  fc.assert(
    fc.property(inputs, ({ n, seed, input }) => {
      const { groups } = input;
      fc.pre(groups !== undefined);
      const { development, certify, rounds } = split(n, seed, input);
      const home = new Map<number, string>();
      const settle = (row: number, place: string) => {
        const group = groups[row];
        t.is(home.get(group) ?? place, place);
        home.set(group, place);
      };
      for (const row of certify) settle(row, 'certify');
      rounds.forEach(({ score }, r) => {
        for (const position of score) settle(development[position], `fold ${r}`);
      });
      if (input.separate) return;
      // The share is one of groups: they, not rows, are what the certificate counts.
      const chosen = new Set(Array.from(certify, (row) => groups[row]));
      t.is(chosen.size, Math.round(new Set(groups).size * input.split.certify));
    }),
  );
});

test('folds are stratified by the labels of the development rows', (t) => {
  const labels = Int32Array.from({ length: 200 }, (_, row) => Number(row % 10 === 0));
  const { development, rounds } = split(200, 3, { strata: labels });
  const rare = rounds.map(({ score }) => score.reduce((sum, at) => sum + labels[development[at]], 0));
  t.true(Math.max(...rare) - Math.min(...rare) <= 1, `${rare}`);
});

test('certification rows are a simple random sample: every set is as likely', (t) => {
  const trials = 3_000;
  const sets = new Map<string, number>();
  for (let seed = 0; seed < trials; seed++) {
    const { certify } = split(5, seed);
    sets.set(certify.join(), (sets.get(certify.join()) ?? 0) + 1);
  }
  t.is(sets.size, 10);
  for (const [set, count] of sets) expectRate(t, count, trials, 0.1, set);
});

test('of groups, every set is as likely, whatever their sizes', (t) => {
  const groups = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 4);
  const trials = 3_000;
  const sets = new Map<string, number>();
  for (let seed = 0; seed < trials; seed++) {
    const { certify } = split(groups.length, seed, { groups });
    const chosen = ascending(new Set(Array.from(certify, (row) => groups[row]))).join();
    sets.set(chosen, (sets.get(chosen) ?? 0) + 1);
  }
  t.is(sets.size, 10);
  for (const [set, count] of sets) expectRate(t, count, trials, 0.1, set);
});

test('which rows certify depends on the seed and their number alone, not on labels or folds', (t) => {
  const base = split(50, 9);
  t.deepEqual(split(50, 9), base);
  t.notDeepEqual(split(50, 10).certify, base.certify);
  const labels = Int32Array.from({ length: 50 }, (_, row) => row % 3);
  t.deepEqual(split(50, 9, { strata: labels, split: { folds: 3 } }).certify, base.certify);
});

test('two fifths certify and the rest is in five folds, unless said otherwise', (t) => {
  const { certify, rounds } = split(100, 1);
  t.is(certify.length, 100 * CERTIFY_SHARE);
  t.is(rounds.length, FOLDS);
  const other = split(100, 1, { split: { certify: 0.25, folds: 3 } });
  t.is(other.certify.length, 25);
  t.is(other.rounds.length, 3);
});

test('fewer rows or groups than folds: as many folds as there are', (t) => {
  t.is(split(5, 1).rounds.length, 3);
  // Many rows in five groups, of which three are left for development.
  const groups = Int32Array.from({ length: 100 }, (_, row) => row % 5);
  t.is(split(100, 1, { groups }).rounds.length, 3);
});

test('too few rows or groups to fit and choose on are refused, saying how many are left', (t) => {
  t.throws(() => split(2, 1), {
    instanceOf: DataError,
    message: '1 rows left for tuning are too few to fit and choose a plan on: expected at least 2',
  });
  t.throws(() => split(100, 1, { groups: new Int32Array(100) }), {
    instanceOf: DataError,
    message: /^1 groups/,
  });
  t.throws(() => split(0, 1), { instanceOf: DataError, message: /^0 rows/ });
});

const parts: readonly Part[] = ['train', 'tune', 'certify'];

test('a function gives each row its part', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (assigned) => {
      fc.pre(assigned.includes('train') && assigned.includes('tune'));
      const where = (...wanted: Part[]) =>
        upTo(assigned.length).filter((row) => wanted.includes(assigned[row]));
      const { development, certify, rounds, fit, scored } = split(assigned.length, 1, {
        split: (row, index) => {
          t.is(row, index);
          return assigned[index];
        },
      });
      t.deepEqual([...certify], where('certify'));
      t.deepEqual([...development], where('train', 'tune'));
      t.deepEqual(
        Array.from(fit, (at) => development[at]),
        where('train'),
      );
      t.deepEqual(
        Array.from(scored, (at) => development[at]),
        where('tune'),
      );
      t.deepEqual(rounds, [{ fit, score: scored }]);
    }),
  );
});

test('a part that is none, or that leaves another empty, is refused by row and name', (t) => {
  // A function written in JavaScript may answer anything.
  const [other, none]: readonly Part[] = JSON.parse('["test", null]');
  const by = (of: (row: number) => Part): Partial<Input> => ({ split: of });
  const bad: [more: Partial<Input>, message: RegExp][] = [
    [by((row) => (row === 3 ? other : 'train')), /row 3: expected 'train', 'tune' or 'certify', got 'test'/],
    [by((row) => (row === 1 ? none : 'tune')), /row 1: .* got 'null'/],
    [by((row) => (row < 5 ? 'tune' : 'certify')), /no row is 'train'/],
    [by((row) => (row < 5 ? 'train' : 'certify')), /no row is 'tune'/],
    [{ ...by(() => 'certify'), separate: true }, /row 0: expected 'train', 'tune', got 'certify'/],
  ];
  for (const [more, message] of bad) {
    const error = t.throws(() => split(10, 1, more), { instanceOf: OptionError, message });
    t.is(error.option, 'split');
  }
});

test('a function that tears a group is refused, naming the row', (t) => {
  const groups = Int32Array.of(0, 1, 0, 1, 0, 2);
  const whole = split(6, 1, { groups, split: (row) => parts[groups[row]] });
  t.deepEqual([...whole.certify], [5]);
  t.throws(() => split(6, 1, { groups, split: (row) => (row < 3 ? 'train' : 'tune') }), {
    instanceOf: OptionError,
    message: /row 3 is 'tune', but others of its group are 'train'/,
  });
});
