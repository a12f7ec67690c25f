import test from 'ava';
import { type EitherWay, eitherWay } from '../../../../cascades/problem/index.js';
import { equalsOf } from '../../../../lib/data/rows/index.js';
import { random, sample } from '../../../../lib/stats/index.js';

const DISAGREEMENT = { loss: 'disagreement' as const, epsilon: 0.05, delta: 0.05 };
const SHARE = 0.4;

function drawn(values: readonly number[], spec: Parameters<typeof eitherWay>[0]['spec'] = DISAGREEMENT) {
  const keys = Float64Array.from(values);
  return eitherWay({ equals: equalsOf(keys), keys, share: SHARE, spec, random: random(1) });
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

test('where many repeat, none that the second test looks at was tuned on, and it has one of each held value', (t) => {
  const design = drawn(thrice);
  t.is(design.split.design, 'held');
  const tuned = tunedOn(thrice, design);
  const second = testedBy(thrice, design, 1);
  t.is(new Set(second).size, second.length);
  t.true(second.every((value) => !tuned.has(value)));
  t.true(second.length > 150 && second.length < 250, `${second.length}`);
  t.is(design.samples[1].seen, undefined);
  // A quarter of all rows, held or not: so some were tuned on, and some are held.
  const first = testedBy(thrice, design, 0);
  t.is(first.length, 750);
  t.true(first.some((value) => tuned.has(value)));
  t.true(first.some((value) => second.includes(value)));
  const { spare, rows, different, repeat } = design.split;
  t.deepEqual([repeat, rows, different], [2_000, 750, second.length]);
  t.is(spare, design.apart.reduce((sum, is) => sum + is, 0) - design.certify.length);
  const share = design.apart.filter((is) => is === 0).length / 3_000;
  t.true(Math.abs(share - 0.6) < 0.03, `${share}`);
});

test('held values depend on their content, not on where rows stand or what else is there', (t) => {
  const order = Int32Array.from(thrice.keys());
  random(2).shuffle(order);
  const shuffled = [
    ...Array.from(order, (row) => thrice[row]),
    ...Array.from({ length: 90 }, (_, i) => 5_000 + (i % 30)),
  ];
  const held = (values: readonly number[]) =>
    testedBy(values, drawn(values), 1).filter((value) => value < 1_000);
  t.deepEqual(held(shuffled).sort(), held(thrice).sort());
});

test('a popular value is never held: it is tuned on, and counts as lost where its coin falls so', (t) => {
  const popular = Array.from({ length: 3_000 }, (_, i) => 10_000 + (i % 30));
  const values = [...thrice, ...popular];
  const design = drawn(values);
  t.is(design.split.design, 'held');
  const tuned = tunedOn(values, design);
  t.true(popular.every((value) => tuned.has(value)));
  t.true(testedBy(values, design, 1).every((value) => value < 1_000));
  const { seen = 0 } = design.samples[1];
  t.true(seen > 0 && seen < 15, `${seen}`);
  t.is(design.split.seen, seen);
});

test('where few repeat, rows are drawn as if none did, and a repeated one counts as lost', (t) => {
  const design = drawn(hardly);
  t.is(design.split.design, 'counted');
  t.deepEqual(design.certify, sample(5_005, 2_002, random(1).fork('certify')));
  t.is(testedBy(hardly, design, 0).length, 2_002);
  const second = testedBy(hardly, design, 1);
  t.true(second.every((value) => value >= 5));
  const { seen = -1 } = design.samples[1];
  t.true(seen >= 0 && seen <= 5);
  t.is(design.split.different, second.length + seen);
  t.is(design.split.spare, 0);
});

test('of losses that are no counts rows are held back however few repeat', (t) => {
  for (const spec of [
    { ...DISAGREEMENT, loss: { recall: 1 } },
    { ...DISAGREEMENT, method: 'betting' as const },
    { ...DISAGREEMENT, all: [DISAGREEMENT, { loss: { absoluteError: 2 }, epsilon: 0.1 }] },
  ]) {
    t.is(drawn(hardly, spec).split.design, 'held');
  }
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
