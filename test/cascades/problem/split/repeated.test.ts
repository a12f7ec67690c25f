import test from 'ava';
import { type EitherWay, eitherWay } from '../../../../cascades/problem/index.js';
import { equalsOf } from '../../../../lib/data/rows/index.js';
import { random } from '../../../../lib/stats/index.js';

const SHARE = 0.4;

function drawn(values: readonly number[], { share = SHARE, seed = 1 } = {}) {
  const keys = Float64Array.from(values);
  return eitherWay({ equals: equalsOf(keys), keys, share, random: random(seed) });
}

function tunedOn(values: readonly number[], { apart }: EitherWay): Set<number> {
  return new Set(values.filter((_, row) => apart[row] === 0));
}

/** Values of the rows of a test. */
function testedBy(values: readonly number[], { certify, samples }: EitherWay, test: 0 | 1): number[] {
  return Array.from(samples[test].rows ?? [], (i) => values[certify[i]]);
}

const thrice = Array.from({ length: 3_000 }, (_, i) => i % 1_000);
/** A tenth of a per cent of the values stands twice. */
const hardly = Array.from({ length: 5_005 }, (_, i) => i % 5_000);

test('no value of the second test was tuned on, it has one row of each, and the first has its share', (t) => {
  const design = drawn(thrice);
  const tuned = tunedOn(thrice, design);
  const second = testedBy(thrice, design, 1);
  t.is(new Set(second).size, second.length);
  t.true(second.every((value) => !tuned.has(value)));
  t.true(second.length > 350 && second.length < 450, `${second.length}`);
  t.is(design.samples[1].seen, undefined);
  const first = testedBy(thrice, design, 0);
  t.is(first.length, 1_200);
  t.true(first.some((value) => tuned.has(value)));
  t.true(first.some((value) => second.includes(value)));
  const { spare, rows, different, repeat } = design.split;
  t.deepEqual([repeat, rows, different], [2_000, 1_200, second.length]);
  t.is(spare, design.apart.reduce((sum, is) => sum + is, 0) - design.certify.length);
});

test('a value is in the second test with the chance of a row in the first, however many copies it has', (t) => {
  const values = [1, 2, 3, 4, 7, 12].flatMap((copies) =>
    Array.from({ length: 60 * copies }, (_, i) => 1_000 * copies + (i % 60)),
  );
  const sums = new Map<number, number>();
  for (let seed = 0; seed < 40; seed++) {
    for (const value of testedBy(values, drawn(values, { seed }), 1)) {
      const copies = Math.floor(value / 1_000);
      sums.set(copies, (sums.get(copies) ?? 0) + 1);
    }
  }
  // Five standard deviations of 2,400 coins.
  for (const [copies, sum] of sums) t.true(Math.abs(sum - 960) < 120, `${copies} copies: ${sum} of 2,400`);
});

test('coins follow from content and the seed: of the same rows drawn, other content holds others back', (t) => {
  const heldOf = (values: readonly number[]) => {
    const { apart, certify } = drawn(values);
    const certified = new Set(certify);
    return Array.from(apart.keys()).filter((row) => apart[row] === 1 && !certified.has(row));
  };
  t.deepEqual(heldOf([...thrice]), heldOf(thrice));
  t.notDeepEqual(heldOf(thrice.map((value) => 5_000 - value)), heldOf(thrice));
});

test('a popular value is never held: it is tuned on, and counts as lost where its coin falls so', (t) => {
  const popular = Array.from({ length: 3_000 }, (_, i) => 10_000 + (i % 30));
  const values = [...thrice, ...popular];
  const design = drawn(values);
  const tuned = tunedOn(values, design);
  t.true(popular.every((value) => tuned.has(value)));
  t.true(testedBy(values, design, 1).every((value) => value < 1_000));
  const { seen = 0 } = design.samples[1];
  t.true(seen > 3 && seen < 22, `${seen}`);
  t.is(design.split.seen, seen);
});

test('what stands once is never held back, so that few repeats take few rows', (t) => {
  const design = drawn(hardly);
  t.is(testedBy(hardly, design, 0).length, 2_002);
  t.is(design.samples[1].seen, undefined);
  t.true(design.split.different >= 1_997, `${design.split.different}`);
  t.true(design.apart.reduce((sum, is) => sum + is, 0) <= 2_012);
});

test('a larger share than .45 draws .45', (t) => {
  const { split, samples } = drawn(thrice, { share: 0.8 });
  t.is(split.rows, 1_350);
  t.is(samples[0].rows?.length, 1_350);
  t.is(split.asDraws, 2_400);
});

test('of rows that all equal one another none is held, and the second test has lost', (t) => {
  const { split, samples, apart } = drawn(Array.from({ length: 400 }, () => 7));
  t.is(
    apart.reduce((sum, is) => sum + is, 0),
    160,
  );
  t.is(samples[1].rows?.length, 0);
  t.true((samples[1].seen ?? -1) >= 0);
  t.true(split.different <= 1);
});

test('the units of the smaller test are foreseen by rows to tune on', (t) => {
  for (const values of [thrice, hardly]) {
    const { foreseen, split } = drawn(values);
    const units = Math.min(split.rows, split.different);
    t.true(Math.abs(foreseen - units) < 0.15 * units, `${foreseen} foreseen, ${units} there`);
  }
});

test('what the options would test alone is said', (t) => {
  const { asDraws, asCopies } = drawn(thrice).split;
  t.deepEqual([asDraws, asCopies], [1_200, 400]);
});
