import test from 'ava';
import { LookupError, OptionError } from '../../../../lib/errors.js';
import { lookup, RowView } from '../../../../lib/features/define/index.js';
import { computeOn, fitOn } from '../../../support/features.js';

type KeyOf = string | null;

/** The reputation of senders, two numbers each: of 'a' and 'b' from the table, of nobody for 'z'. */
function reputation(options: { missing?: boolean; scaling?: 'block' } = {}) {
  const asked: string[][] = [];
  const table = new Map<string, ArrayLike<number> | null>([
    ['a', [1, 2]],
    ['b', Float32Array.of(3, 4)],
    ['z', null],
  ]);
  const feature = lookup({
    key: (row: KeyOf) => row,
    fetch: async (keys: readonly string[]) => {
      asked.push([...keys]);
      return keys.map((key) => (key === 'lost' ? new Error('no such table') : [key.length, 9]));
    },
    width: 2,
    known: table,
    price: 0.1,
    ...options,
  });
  return { feature, asked, table };
}

const rows: readonly KeyOf[] = ['a', 'new', null, 'z', 'b', 'new', 'a'];

test('known keys are never fetched, and have their values', async (t) => {
  const { feature, asked } = reputation();
  const fitted = await fitOn(feature, []);
  t.deepEqual([...(await computeOn(fitted, rows)).values], [1, 2, 3, 9, 0, 0, 0, 0, 3, 4, 3, 9, 1, 2]);
  t.deepEqual(asked, [['new']]);
  const block = fitted.compute(RowView.of(['a', null, 'z']));
  t.false(block instanceof Promise);
  t.deepEqual(asked, [['new']]);
});

test('the version fetches nothing, marks keys that are not known, and costs nothing', async (t) => {
  const { feature, asked } = reputation();
  const { fidelities } = await fitOn(feature, []);
  const [known, whole] = fidelities?.inSteps(['known']) ?? [];
  t.is(known.fitted.columns, 3);
  const block = await computeOn(known.fitted, rows);
  // A row without a key, and a key without a value, are known to have nothing.
  t.deepEqual([...block.values], [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 1, 1, 2, 0]);
  t.deepEqual(known.own, { price: 0, live: false });
  t.deepEqual(asked, []);
  t.deepEqual([...(await computeOn(whole.fitted, ['b'])).values], [3, 4]);
});

test('with missing values it has NaN and the mark; it is scaled column by column', async (t) => {
  const { feature } = reputation({ missing: true, scaling: 'block' });
  const [known] = (await fitOn(feature, [])).fidelities?.inSteps(['known']) ?? [];
  const block = await computeOn(known.fitted, ['new', 'a']);
  t.deepEqual([...block.values], [Number.NaN, Number.NaN, 1, 1, 2, 0]);
  t.false('scaling' in block);
});

test('it is proposed where some keys are known and some are not', async (t) => {
  const { fidelities } = await fitOn(reputation().feature, []);
  const propose = (...keys: KeyOf[]) => fidelities?.propose(RowView.of(keys), 4);
  t.deepEqual(propose('a', 'new'), ['known']);
  t.deepEqual(propose('a', 'b', null), []);
  t.deepEqual(propose('new', null), []);
  t.deepEqual(fidelities?.propose(RowView.of<KeyOf>(['a', 'new']), 0), []);
  t.throws(() => fidelities?.inSteps(['cached']), {
    instanceOf: OptionError,
    message: /'known' or none, got cached/,
  });
  t.is(fidelities?.inSteps([]).length, 1);
});

test('a key that fails is an error of its rows alone, where others are known', async (t) => {
  const { feature } = reputation();
  const failed = new Map<number, Error>();
  const fitted = await fitOn(feature, []);
  const block = await fitted.compute(RowView.of(['lost', 'a', 'new']), {
    missing: (row, error) => failed.set(row, error),
  });
  t.deepEqual([...failed.keys()], [0]);
  t.true(failed.get(0) instanceof LookupError);
  t.deepEqual([...block.values].slice(2), [1, 2, 3, 9]);
});

test('a feature that is called off keeps what is known', async (t) => {
  const { feature } = reputation();
  const failed: number[] = [];
  const block = await (await fitOn(feature, [])).compute(RowView.of(['new', 'b']), {
    signal: AbortSignal.abort(new Error('too late')),
    missing: (row) => failed.push(row),
  });
  t.deepEqual(failed, [0]);
  t.deepEqual([...block.values].slice(2), [3, 4]);
});

test('the table is copied and stated by its content, whatever its order', async (t) => {
  const { feature, table } = reputation();
  const statedOf = (...known: [string | number, number[] | null][]) => {
    const made = lookup({
      key: (row: string | number) => row,
      fetch: async (keys) => keys.map(() => [0]),
      width: 1,
      known: new Map(known),
    });
    return JSON.stringify(made.options);
  };
  table.set('a', [7, 7]);
  t.deepEqual([...(await computeOn(await fitOn(feature, []), ['a'])).values], [1, 2]);
  t.is(statedOf(['a', [1]], ['b', null]), statedOf(['b', null], ['a', [1]]));
  const texts = [
    statedOf(['1', [1]]),
    statedOf([1, [1]]),
    statedOf(['1', [2]]),
    statedOf(['1', null]),
    statedOf(['1', [1]], ['2', [1]]),
  ];
  t.is(new Set(texts).size, texts.length);
});

test('a table that is none, or has other numbers than the feature, is refused by key', (t) => {
  const make = (known: unknown) => () =>
    Reflect.apply(lookup, undefined, [{ key: String, fetch: () => [], width: 2, known }]);
  const bad: [known: unknown, message: RegExp][] = [
    [{ a: [1, 2] }, /expected a Map of numbers by key, got an object with a/],
    [new Map([['a', [1]]]), /key "a": gave 1 numbers for a key; expected 2/],
    [new Map([['a', undefined]]), /key "a": gave undefined/],
    [new Map([['a', [1, Number.NaN]]]), /key "a": gave NaN as number 1/],
    [new Map([[Number.NaN, [1, 2]]]), /key NaN: can't look up NaN/],
  ];
  for (const [known, message] of bad)
    t.is(t.throws(make(known), { instanceOf: OptionError, message }).option, 'known');
});
