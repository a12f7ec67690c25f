import test from 'ava';
import fc from 'fast-check';
import type { Block } from '../../../../lib/data/blocks/index.js';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import {
  dense,
  type Feature,
  type FeatureStep,
  perRow,
  RowView,
  transform,
} from '../../../../lib/features/define/index.js';
import { computeAll, runAsync } from '../../../../lib/run/runtime/index.js';
import { computeOn, fitOn } from '../../../support/features.js';

interface Card {
  readonly payments: readonly number[];
}

const READ = { two: 2, four: 4, all: Number.POSITIVE_INFINITY };
type Version = keyof typeof READ;
const versions = ['two', 'four', 'all'] as const;

/** Mean and largest of a card's first payments, going on from fewer; it counts the payments that it reads. */
function spending(counted: { reads: number; calls: string[] } = { reads: 0, calls: [] }) {
  const before = (version: Version) => READ[versions[versions.indexOf(version) - 1]];
  return (cards: readonly Card[], version: Version, previous: Float32Array | undefined) => {
    counted.calls.push(`${version}${previous ? '+' : ''} ${cards.length}`);
    const values = new Float32Array(2 * cards.length);
    cards.forEach(({ payments }, row) => {
      const from = previous ? Math.min(before(version), payments.length) : 0;
      const to = Math.min(READ[version], payments.length);
      let sum = previous ? previous[2 * row] * from : 0;
      let largest = previous ? previous[2 * row + 1] : 0;
      for (let p = from; p < to; p++) {
        sum += payments[p];
        largest = Math.max(largest, payments[p]);
        counted.reads++;
      }
      values[2 * row] = to === 0 ? 0 : sum / to;
      values[2 * row + 1] = largest;
    });
    return values;
  };
}

const cards: readonly Card[] = [[1, 3, 8, 4, 9], [5], []].map((payments) => ({ payments }));

async function stepsOf<Row>(
  feature: Feature<Row>,
  at: readonly string[],
): Promise<readonly FeatureStep<Row>[]> {
  const { fidelities } = await fitOn(feature, []);
  if (fidelities === undefined) throw new TypeError('it has no fidelities');
  return fidelities.inSteps(at);
}

const valuesOf = async (block: Block | Promise<Block>) => [...(await block).values];

test('the feature is its last version, and the others are its fidelities', async (t) => {
  const feature = dense(2, spending(), { versions });
  const fitted = await fitOn(feature, cards);
  t.deepEqual(await valuesOf(computeOn(fitted, cards)), [5, 9, 5, 5, 0, 0]);
  t.deepEqual(fitted.fidelities?.propose(RowView.of(cards), 4), ['two', 'four']);
  t.deepEqual(fitted.fidelities?.propose(RowView.of(cards), 1), ['two']);
  const steps = await stepsOf(feature, ['two', 'four']);
  const values = await Promise.all(steps.map((step) => valuesOf(computeOn(step.fitted, cards))));
  t.deepEqual(values, [
    [2, 3, 5, 5, 0, 0],
    [4, 8, 5, 5, 0, 0],
    [5, 9, 5, 5, 0, 0],
  ]);
  t.deepEqual(feature.options, {
    columns: 2,
    missing: false,
    versions: ['two', 'four', 'all'],
    nested: false,
  });
  t.is((await fitOn(dense(2, spending(), { versions, nested: true }), [])).columns, 2);
});

test('without nested, no version is given another one, and none shares work', async (t) => {
  const counted = { reads: 0, calls: [] };
  const steps = await stepsOf(dense(2, spending(counted), { versions }), ['two']);
  const batch = RowView.of(cards);
  for (const { fitted } of steps) await fitted.compute(batch);
  t.deepEqual(counted.calls, ['two 3', 'all 3']);
  t.true(steps.every(({ reads }) => reads.length === 0));
});

test('nested versions go on from the one before, for the rows that are wanted, once for a row', async (t) => {
  const counted: { reads: number; calls: string[] } = { reads: 0, calls: [] };
  const feature = dense(2, spending(counted), { versions, nested: true });
  const [two, four, all] = await stepsOf(feature, ['two', 'four']);
  const batch = RowView.of(cards);
  const few = batch.select(Int32Array.of(2, 0));
  t.deepEqual(await valuesOf(two.fitted.compute(batch)), [2, 3, 5, 5, 0, 0]);
  t.deepEqual(await valuesOf(four.fitted.compute(few)), [0, 0, 4, 8]);
  t.deepEqual(await valuesOf(all.fitted.compute(batch)), [5, 9, 5, 5, 0, 0]);
  // Five and one payments, each read once; 'four' lacked the row in the middle.
  t.is(counted.reads, 6);
  t.deepEqual(counted.calls, ['two 3', 'four+ 2', 'four+ 1', 'all+ 3']);
  // Another batch has no memory of this one.
  t.deepEqual(await valuesOf(all.fitted.compute(RowView.of([cards[1]]))), [5, 5]);
});

test('what is read by nested steps are transforms, each on top of the one before', async (t) => {
  const cardOf = transform((card: Card) => card);
  const feature = dense(2, cardOf, spending(), { versions, nested: true });
  const [two, four, all] = await stepsOf(feature, ['two', 'four']);
  t.is(two.reads[0], cardOf);
  t.is(two.reads[1].name, 'two');
  t.is(two.reads[1].parent, cardOf);
  t.deepEqual([...two.reads, four.reads[2]], four.reads);
  t.deepEqual(four.reads, all.reads);
  t.is(four.reads[2].parent, two.reads[1]);
  t.deepEqual(two.reads[1].read(RowView.of(cards)), [
    Float32Array.of(2, 3),
    Float32Array.of(5, 5),
    Float32Array.of(0, 0),
  ]);
});

test('a version that is left out is computed on the way, also when the feature is alone', async (t) => {
  const counted: { reads: number; calls: string[] } = { reads: 0, calls: [] };
  const feature = dense(2, spending(counted), { versions, nested: true });
  const all = ['two 3', 'four+ 3', 'all+ 3'];
  for (const at of [[], ['two'], ['four'], ['two', 'four']]) {
    const steps = await stepsOf(feature, at);
    await steps[at.length].fitted.compute(RowView.of(cards));
    t.deepEqual(counted.calls.splice(0), all);
  }
  await (await fitOn(feature, [])).compute(RowView.of(cards));
  t.deepEqual(counted.calls.splice(0), all);
  const [four] = await stepsOf(feature, ['four']);
  await computeOn(four.fitted, cards);
  t.deepEqual(counted.calls, all.slice(0, 2));
});

test('steps in any order of reading have the values of the feature alone, bit for bit', async (t) => {
  const alone = await fitOn(dense(2, spending(), { versions, nested: true }), []);
  const cardsOf = fc.array(fc.record({ payments: fc.array(fc.float({ noNaN: true, min: 0, max: 1e6 })) }), {
    minLength: 1,
    maxLength: 8,
  });
  const picks = fc.array(fc.tuple(fc.nat(2), fc.array(fc.nat(7))), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cardsOf, picks, async (batch, reading) => {
      const steps = await stepsOf(dense(2, spending(), { versions, nested: true }), ['two', 'four']);
      const whole = RowView.of(batch);
      for (const [step, rows] of reading) {
        const own = [...new Set(rows.map((row) => row % batch.length))];
        await steps[step].fitted.compute(whole.select(Int32Array.from(own)));
      }
      const [wanted, got] = await Promise.all([
        valuesOf(computeOn(alone, batch)),
        valuesOf(steps[2].fitted.compute(whole)),
      ]);
      t.deepEqual(got, wanted);
    }),
    { numRuns: 50 },
  );
});

test("the previous numbers are the callee's own: writing to them changes no version", async (t) => {
  const doubling = dense(
    1,
    (rows: readonly number[], _: string, previous: Float32Array | undefined) => {
      if (previous === undefined) return Float32Array.from(rows);
      for (let i = 0; i < previous.length; i++) previous[i] *= 2;
      return previous;
    },
    { versions: ['once', 'twice'], nested: true },
  );
  const [once, twice] = await stepsOf(doubling, ['once']);
  const batch = RowView.of([1, 2]);
  t.deepEqual(await valuesOf(twice.fitted.compute(batch)), [2, 4]);
  t.deepEqual(await valuesOf(once.fitted.compute(batch)), [1, 2]);
});

test("perRow passes version and the row's own previous numbers on", async (t) => {
  const told: unknown[] = [];
  const feature = dense(
    2,
    perRow((n: number, version: 'low' | 'high', previous: Float32Array | undefined) => {
      told.push([n, version, previous && [...previous]]);
      return [n, version === 'low' ? 0 : 1];
    }),
    { versions: ['low', 'high'], nested: true },
  );
  const [, high] = await stepsOf(feature, ['low']);
  t.deepEqual(await valuesOf(computeOn(high.fitted, [7, 8])), [7, 1, 8, 1]);
  t.deepEqual(told, [
    [7, 'low', undefined],
    [8, 'low', undefined],
    [7, 'high', [7, 0]],
    [8, 'high', [8, 0]],
  ]);
});

test('missing values have indicators in each version, and are NaN in the previous numbers', async (t) => {
  const seen: number[][] = [];
  const feature = dense(
    1,
    (rows: readonly number[], _, previous) => {
      if (previous) seen.push([...previous]);
      return Float32Array.from(rows);
    },
    { versions: ['fast', 'full'], nested: true, missing: 'indicator' },
  );
  const [fast, full] = await stepsOf(feature, ['fast']);
  const batch = RowView.of([1, Number.NaN]);
  for (const { fitted } of [fast, full]) {
    t.is(fitted.columns, 2);
    t.deepEqual(await valuesOf(fitted.compute(batch)), [1, 0, 0, 1]);
  }
  t.deepEqual(seen, [[1, Number.NaN]]);
});

test('without nested a version may be a promise', async (t) => {
  const feature = dense(
    1,
    async (rows: readonly number[], version) => Float32Array.from(rows, (n) => n + version.length),
    {
      versions: ['a', 'bb'],
    },
  );
  const [a, bb] = await stepsOf(feature, ['a']);
  t.deepEqual(await valuesOf(computeOn(a.fitted, [1])), [2]);
  t.deepEqual(await valuesOf(computeOn(bb.fitted, [1])), [3]);
});

const wrong: [
  what: string,
  answer: () => Float32Array | Promise<Float32Array>,
  row: number | undefined,
  message: RegExp,
][] = [
  [
    'another width',
    () => new Float32Array(5),
    undefined,
    /version 'fast': expected 2 rows x 1 columns = 2 numbers, got 5/,
  ],
  ['NaN', () => Float32Array.of(1, Number.NaN), 1, /row 1: version 'fast': column 0 is NaN/],
  [
    'a promise',
    () => Promise.reject(new Error('nobody waits')),
    undefined,
    /version 'fast': expected a Float32Array at once/,
  ],
];

for (const [what, answer, row, message] of wrong) {
  test(`a version that answers ${what} is an error by name, also where another goes on from it`, async (t) => {
    const feature = dense(
      1,
      (rows: readonly number[], version) => (version === 'fast' ? answer() : Float32Array.from(rows)),
      { versions: ['fast', 'full'], nested: true },
    );
    for (const { fitted } of await stepsOf(feature, ['fast'])) {
      const computing = runAsync(
        computeAll([{ name: 'sums', fitted }], RowView.of([1, 2]), { origin: (at) => at }),
      );
      const error = await t.throwsAsync(computing, { instanceOf: FeatureError, message });
      t.is(error.feature, 'sums');
      t.is(error.row, row);
    }
  });
}

test('options that are none, and steps that are none, are refused by name', async (t) => {
  const make = (options: object) => () => Reflect.apply(dense, undefined, [1, () => 0, options]);
  const bad: [options: object, option: string, message: RegExp][] = [
    [{ versions: 'fast' }, 'versions', /expected two names or more.*got "fast"/],
    [{ versions: ['full'] }, 'versions', /got an array of 1/],
    [{ versions: ['fast', 'fast'] }, 'versions[1]', /'fast' is there twice/],
    [{ versions: ['', 'full'] }, 'versions[0]', /without '@', got ""/],
    [{ versions: ['fast@2', 'full'] }, 'versions[0]', /got "fast@2"/],
    [{ versions: ['fast', 7] }, 'versions[1]', /got 7/],
    [{ versions: ['fast', 'full'], nested: 'yes' }, 'nested', /expected true or false/],
    [{ nested: true }, 'nested', /goes with 'versions'/],
  ];
  for (const [options, option, message] of bad)
    t.is(t.throws(make(options), { instanceOf: OptionError, message }).option, option);
  const feature = dense(2, spending(), { versions });
  for (const at of [['all'], ['three'], ['four', 'two'], ['two', 'two'], ['']])
    await t.throwsAsync(stepsOf(feature, at), {
      instanceOf: OptionError,
      message: /expected some of two, four/,
    });
});
