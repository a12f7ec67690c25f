import test from 'ava';
import fc from 'fast-check';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { counts, dense, oneHot, RowView, tfidf, transform } from '../../../../lib/features/define/index.js';

/** A function that counts how often it was called with each argument. */
function counted<From, Value>(of: (value: From) => Value) {
  const calls = new Map<From, number>();
  const call = (value: From): Value => {
    calls.set(value, (calls.get(value) ?? 0) + 1);
    return of(value);
  };
  return { call, calls };
}

const batches = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 12 });

test('a transform is computed at most once per row of a batch, whatever is read, and only where read', (t) => {
  fc.assert(
    fc.property(batches, fc.array(fc.array(fc.nat(), { maxLength: 12 })), (rows, picks) => {
      const first = counted((row: number) => `<${row}>`);
      const second = counted((text: string) => text.length);
      const parent = transform(first.call);
      const child = transform(parent, second.call);
      const batch = RowView.of(rows);
      const read = new Set<number>();
      picks.forEach((pick, turn) => {
        const selection = [...new Set(pick.map((p) => p % rows.length))];
        for (const row of selection) read.add(rows[row]);
        const view = batch.select(Int32Array.from(selection));
        const texts = selection.map((row) => `<${rows[row]}>`);
        if (turn % 2 === 0) t.deepEqual([...parent.read(view)], texts);
        t.deepEqual(
          [...child.read(view)],
          texts.map((text) => text.length),
        );
      });
      t.deepEqual([...first.calls].sort(), [...read].map((row): [number, number] => [row, 1]).sort());
      t.is(second.calls.size, read.size);
      for (const calls of second.calls.values()) t.is(calls, 1);
      child.read(batch);
      child.read(batch);
      t.is(first.calls.size, rows.length);
      for (const calls of first.calls.values()) t.is(calls, 1);
    }),
  );
});

test('features of every kind that read one transform pay for it once', async (t) => {
  const parse = counted((row: string) => row.split('|'));
  const parsed = transform(parse.call);
  const upper = counted(([head]: string[]) => head.toUpperCase());
  const head = transform(parsed, upper.call);
  const features = [
    tfidf(head),
    counts(head, { analyzer: 'char' }),
    oneHot(head),
    dense(1, parsed, (all) => Float32Array.from(all, (parts) => parts.length)),
  ];
  t.deepEqual(
    features.map(({ reads }) => reads),
    [[head], [head], [head], [parsed]],
  );
  const rows = ['one|two', 'three', 'four|five|six'];
  const training = RowView.of(rows);
  const fitted = await Promise.all(features.map((feature) => feature.fit(training)));
  t.deepEqual([...parse.calls.values()], [1, 1, 1]);
  const batch = RowView.of([...rows]);
  for (const selection of [[2], [0, 2], [1, 0]]) {
    for (const feature of fitted) await feature.compute(batch.select(Int32Array.from(selection)));
  }
  t.deepEqual([...parse.calls.values()], [2, 2, 2]);
  t.is(upper.calls.size, 6);
  t.deepEqual(new Set(upper.calls.values()), new Set([1]));
});

test('values belong to their batch: equal rows in another batch are computed anew', (t) => {
  const length = counted((row: string) => row.length);
  const lengths = transform(length.call);
  t.deepEqual([...lengths.read(RowView.of(['ab', 'ab']))], [2, 2]);
  t.is(length.calls.get('ab'), 2);
  t.deepEqual([...lengths.read(RowView.of(['ab', 'abc']))], [2, 3]);
  t.is(length.calls.get('ab'), 3);
});

test('a value of undefined is a value, and a row that failed is tried again', (t) => {
  const nothing = counted((_: string) => undefined);
  const nothings = transform(nothing.call);
  const view = RowView.of(['a', 'b']);
  nothings.read(view);
  nothings.read(view);
  t.deepEqual([...nothing.calls.values()], [1, 1]);

  let broken = true;
  const fragile = transform((row: string) => {
    if (broken && row === 'b') throw new RangeError('not now');
    return row;
  });
  const error = t.throws(() => fragile.read(view), { instanceOf: FeatureError });
  t.is(error.row, 1);
  t.regex(error.message, /row 1: failed: not now$/);
  t.true(error.cause instanceof RangeError);
  broken = false;
  t.deepEqual([...fragile.read(view)], ['a', 'b']);
});

test('a view has the rows of its selection; positions are those of the batch', (t) => {
  const batch = RowView.of(['a', 'b', 'c']);
  t.is(batch.length, 3);
  t.is(batch.rows(), batch.batch);
  const view = batch.select(Int32Array.of(2, 0));
  t.is(view.length, 2);
  t.deepEqual([...view.rows()], ['c', 'a']);
  t.is(view.at(0), 2);
  t.deepEqual([...view.read((row: string) => `${row}!`)], ['c!', 'a!']);
  // Selecting again goes by the batch too, so that views of one batch never nest.
  t.deepEqual([...view.select(Int32Array.of(1)).rows()], ['b']);
});

test('a transform knows its parent, and is named after its function', (t) => {
  const trim = transform(function trim(row: string) {
    return row.trim();
  });
  const anonymous = transform(trim, (text) => text.length);
  t.is(trim.name, 'trim');
  t.is(trim.parent, undefined);
  t.is(anonymous.name, 'transform');
  t.is(anonymous.parent, trim);
});

test('a source that is neither a function nor a transform is refused where the feature is made', (t) => {
  for (const source of [undefined, 'body', { body: 1 }]) {
    for (const feature of [tfidf, counts, oneHot]) {
      const error = t.throws(() => Reflect.apply(feature, undefined, [source]), { instanceOf: OptionError });
      t.is(error.option, 'source');
    }
    const make = () => Reflect.apply(dense, undefined, [1, source, () => new Float32Array()]);
    t.is(t.throws(make, { instanceOf: OptionError }).option, 'source');
  }
});

test('what fails says for which row of the batch: accessors, transforms, and what reads them', (t) => {
  const view = RowView.of(['a', '', 'b', '']).select(Int32Array.of(2, 3));
  const upper = (row: string) => {
    if (row === '') throw new TypeError('no text');
    return row.toUpperCase();
  };
  const sources = [
    upper,
    transform(upper),
    transform(
      transform((row: string) => row),
      upper,
    ),
  ];
  for (const source of sources) {
    const error = t.throws(() => view.read(source), { instanceOf: FeatureError });
    t.deepEqual([error.row, error.message], [3, "feature '', row 3: failed: no text"]);
  }
  // What says so itself is left as it is.
  const own = new FeatureError('words', 7, 'mine');
  t.is(
    t.throws(() =>
      view.read(() => {
        throw own;
      }),
    ),
    own,
  );
});

test('a transform of what is none is refused where it is made', (t) => {
  const make = (...given: unknown[]) => Reflect.apply(transform, undefined, given);
  t.is(t.throws(() => make('body'), { instanceOf: OptionError }).option, 'parent');
  t.is(t.throws(() => make(transform((row: string) => row)), { instanceOf: OptionError }).option, 'of');
});
