import { createRequire } from 'node:module';
import * as arrow from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { openReader, openWriter } from '../../../batch/formats/index.js';
import { InputError, OptionError } from '../../../lib/errors.js';
import { member } from '../../../lib/util/member.js';
import { answersFor, passed, streamOf } from '../../support/arrowStreams.js';
import { Kept, piecesOf } from '../../support/streams.js';

/** Arrow streams, by apache-arrow itself. */

const city = (values: readonly (string | null)[]) =>
  arrow.vectorFromArray(values, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8(), 7));

function mixed(): arrow.Table {
  return new arrow.Table({
    id: arrow.vectorFromArray([1n, 2n, 3n], new arrow.Int64()),
    age: arrow.vectorFromArray([31, null, 47.5], new arrow.Float64()),
    city: city(['Bern', 'Oslo', null]),
    name: arrow.vectorFromArray(['ä', '', 'b'], new arrow.Utf8()),
    on: arrow.vectorFromArray([true, null, false], new arrow.Bool()),
    day: arrow.vectorFromArray(
      [0, 1, 2].map((d) => new Date(86_400_000 * d)),
      new arrow.DateDay(),
    ),
    tags: arrow.vectorFromArray(
      [['x'], [], null],
      new arrow.List(new arrow.Field('item', new arrow.Utf8(), true)),
    ),
    place: arrow.vectorFromArray(
      [{ lat: 1 }, null, { lat: 3 }],
      new arrow.Struct([new arrow.Field('lat', new arrow.Float32(), true)]),
    ),
  });
}

const rowsOf = (table: arrow.Table) => table.toArray().map((row) => JSON.parse(JSON.stringify(row, wide)));
const wide = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

test('columns of all kinds are handed on as they are, and answers follow them', async (t) => {
  const table = mixed();
  for (const size of [1, 8, 1_000]) {
    const written = arrow.tableFromIPC(await passed(streamOf(table), {}, answersFor, size));
    const names = written.schema.fields.map(({ name }) => name);
    t.deepEqual(names, [...Object.keys(rowsOf(table)[0]), 'label', 'stage', 'verdict']);
    t.deepEqual(
      rowsOf(written),
      rowsOf(table).map((row, i) => ({ ...row, label: `l${i}`, stage: i, verdict: 'certified' })),
    );
  }
});

const readFlechette = tableReader('@uwdata/flechette');
const flechette = readFlechette ? test : test.skip;

flechette('flechette reads what is written', async (t) => {
  const bytes = await passed(streamOf(mixed(), mixed()), { scores: true }, (batch) => ({
    ...answersFor(batch),
    scores: Float64Array.from({ length: 2 * batch.rows.length }, (_, i) => i),
  }));
  const rows = (readFlechette?.(bytes) ?? []).map((row) => JSON.parse(JSON.stringify(row, wide)));
  t.is(rows.length, 6);
  const { city: where, name, label, stage, verdict, scores } = rows[4];
  t.deepEqual([where, name, label, stage, verdict], ['Oslo', '', 'l4', 1, 'certified']);
  t.deepEqual(Object.values(scores), [2, 3]);
});

/** Another reader of Arrow, where it is installed. */
function tableReader(name: string): ((stream: Uint8Array) => readonly unknown[]) | undefined {
  try {
    const read: unknown = member(createRequire(import.meta.url)(name), 'tableFromIPC');
    if (typeof read !== 'function') return undefined;
    return (stream) => {
      const rows: unknown = read(stream, { useBigInt: true }).toArray();
      return Array.isArray(rows) ? rows : [];
    };
  } catch {
    return undefined;
  }
}

test('memory of columns is handed on octet by octet', async (t) => {
  const table = new arrow.Table({ x: arrow.vectorFromArray([1.5, -2.25, Number.NaN], new arrow.Float64()) });
  const written = arrow.tableFromIPC(await passed(streamOf(table)));
  t.deepEqual(
    written.getChild('x')?.data[0].values.slice(0, 3),
    table.getChild('x')?.data[0].values.slice(0, 3),
  );
});

test('rows are those of the table: positions go on from batch to batch', async (t) => {
  const found: unknown[] = [];
  for await (const { rows, from } of openReader('arrow', piecesOf(streamOf(mixed(), mixed()))))
    for (const [i, row] of rows.entries())
      found.push([from + i, Reflect.get(row, 'name'), Reflect.get(row, 'city')]);
  t.deepEqual(found, [
    [0, 'ä', 'Bern'],
    [1, '', 'Oslo'],
    [2, 'b', null],
    [3, 'ä', 'Bern'],
    [4, '', 'Oslo'],
    [5, 'b', null],
  ]);
});

test('the key alone, with its dictionary; scores as lists; errors as nulls', async (t) => {
  const written = arrow.tableFromIPC(
    await passed(
      streamOf(mixed(), mixed()),
      { key: 'city', prefix: 'p_', scores: true, errors: true, classes: [true, false] },
      ({ rows }) => ({
        label: rows.map((_, i) => (i === 1 ? null : i === 0)),
        stage: new Uint8Array(rows.length),
        verdict: rows.map((_, i) => (i === 1 ? 'error' : 'certified')),
        scores: Float64Array.from({ length: 2 * rows.length }, (_, i) => i / 8),
        error: rows.map((_, i) => (i === 1 ? 'no number' : null)),
      }),
    ),
  );
  t.deepEqual(rowsOf(written).slice(0, 3), [
    { city: 'Bern', p_label: true, p_stage: 0, p_verdict: 'certified', p_scores: [0, 0.125], p_error: null },
    { city: 'Oslo', p_label: null, p_stage: null, p_verdict: 'error', p_scores: null, p_error: 'no number' },
    { city: null, p_label: false, p_stage: 0, p_verdict: 'certified', p_scores: [0.5, 0.625], p_error: null },
  ]);
  t.is(written.numRows, 6);
});

test('labels have the type of the classes', async (t) => {
  const typeOf = async (
    classes: readonly (string | number | boolean)[] | undefined,
    label: string | number | boolean,
  ) => {
    const bytes = await passed(
      streamOf(mixed()),
      classes === undefined ? {} : { classes },
      ({ rows, from }) => ({
        ...answersFor({ rows, from, source: undefined }),
        label: rows.map(() => label),
      }),
    );
    const table = arrow.tableFromIPC(bytes);
    return [String(table.schema.fields.at(-3)?.type), wide('', table.getChild('label')?.get(0))];
  };
  t.deepEqual(await typeOf(undefined, 'a'), ['Utf8', 'a']);
  t.deepEqual(await typeOf(['a', 'b'], 'a'), ['Utf8', 'a']);
  t.deepEqual(await typeOf([true, false], true), ['Bool', true]);
  t.deepEqual(await typeOf([1, 2], 2), ['Int64', '2']);
  t.deepEqual(await typeOf([0.5, 2], 0.5), ['Float64', 0.5]);
  t.deepEqual(await typeOf([], 2.5), ['Float64', 2.5]);
});

test('batches without rows, and a stream without batches, keep their schema', async (t) => {
  const table = mixed();
  const none = new arrow.Table(table.schema, table.batches[0].slice(0, 0));
  const empty = arrow.tableFromIPC(await passed(streamOf(none)));
  t.deepEqual([empty.numRows, empty.schema.fields.length], [0, table.schema.fields.length + 3]);
  const bare = arrow.tableFromIPC(await passed(schemaOnly(table)));
  t.deepEqual([bare.numRows, bare.schema.fields.length], [0, table.schema.fields.length + 3]);
});

/** A stream's schema and end. */
function schemaOnly({ schema }: arrow.Table): Uint8Array {
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  writer.finish();
  return writer.toUint8Array(true);
}

/** Messages of a stream: where each begins, and the stream's length. */
function beginnings(bytes: Uint8Array): number[] {
  const view = Buffer.from(bytes);
  const found: number[] = [];
  for (let at = 0; at < view.length; ) {
    found.push(at);
    const length = view.readInt32LE(at + 4);
    const body = length === 0 ? 0 : arrow.Message.decode(view.subarray(at + 8, at + 8 + length)).bodyLength;
    at += 8 + length + body;
  }
  return [...found, view.length];
}

test('a stream that was cut anywhere is refused by name, with nothing invented', async (t) => {
  const small = (values: readonly string[]) => new arrow.Table({ city: city(values) });
  const bytes = streamOf(small(['Bern', 'Oslo', 'Rome']), small(['Lima', 'Kyiv', 'Oslo']));
  const starts = beginnings(bytes);
  t.is(starts.length, 7, 'a schema, two batches with a dictionary each, the end mark, the end');
  const ends = [...bytes.keys()].filter((end) => end % 7 === 0 || starts.includes(end));
  for (const end of ends) {
    let rows = 0;
    const error = await t.throwsAsync(
      async () => {
        for await (const batch of openReader('arrow', piecesOf(bytes.subarray(0, end), 4_096)))
          rows += batch.rows.length;
      },
      { instanceOf: InputError },
      `cut at ${end}`,
    );
    t.regex(error.message, /stream (is empty|ends)/);
    t.is(rows, end < starts[3] ? 0 : end < starts[5] ? 3 : 6);
  }
});

test('a dictionary grows and is replaced between batches', async (t) => {
  const writer = new arrow.RecordBatchStreamWriter();
  const builder = arrow.makeBuilder({
    type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8(), 7),
    nullValues: [null],
  });
  const batchOf = (values: readonly string[]) => {
    for (const value of values) builder.append(value);
    const data = builder.flush();
    const schema = new arrow.Schema([new arrow.Field('city', data.type, true)]);
    return new arrow.RecordBatch(
      schema,
      arrow.makeData({ type: new arrow.Struct(schema.fields), length: data.length, children: [data] }),
    );
  };
  const first = batchOf(['Bern', 'Oslo']);
  writer.write(first);
  // A further entry: a delta.
  writer.write(new arrow.RecordBatch(first.schema, batchOf(['Rome', 'Bern']).data));
  const other = new arrow.Table({ city: city(['Lima', 'Kyiv']) });
  writer.write(new arrow.RecordBatch(first.schema, other.batches[0].data));
  writer.finish();
  const bytes = writer.toUint8Array(true);
  const kinds = beginnings(bytes)
    .slice(0, -2)
    .map((at) => {
      const view = Buffer.from(bytes);
      const message = arrow.Message.decode(view.subarray(at + 8, at + 8 + view.readInt32LE(at + 4)));
      return message.isDictionaryBatch() ? (message.header().isDelta ? 'delta' : 'dictionary') : 'other';
    });
  t.true(kinds.includes('delta') && kinds.filter((kind) => kind === 'dictionary').length > 1, kinds.join());
  const cities = ['Bern', 'Oslo', 'Rome', 'Bern', 'Lima', 'Kyiv'];
  const read: unknown[] = [];
  for await (const { rows } of openReader('arrow', piecesOf(bytes, 50)))
    for (const row of rows) read.push(Reflect.get(row, 'city'));
  t.deepEqual(read, cities);
  const reader = arrow.RecordBatchReader.from(await passed(bytes));
  const found = [...reader].flatMap((batch) => [...batch].map((row) => row.city));
  t.deepEqual(found, cities);
});

test('what is no stream, or goes on after its end, is refused by name', async (t) => {
  const whole = streamOf(mixed());
  const file = arrow.tableToIPC(mixed(), 'file');
  const [, dictionary] = beginnings(whole);
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [new Uint8Array(0), /^the schema: the stream is empty/],
    [Buffer.from('{"a":1}\n{"a":2}\n'), /this looks like JSON/],
    [file, /this is an Arrow file; expected a stream/],
    [Buffer.from('nothing of the kind'), /no Arrow stream/],
    [Buffer.concat([whole, whole]), /it goes on after its end mark/],
    [whole.subarray(dictionary), /the stream begins with something else/],
    [
      Buffer.concat([
        whole.subarray(0, whole.length - 8),
        streamOf(new arrow.Table({ x: arrow.vectorFromArray([1]) })),
      ]),
      /another schema after record batch 1/,
    ],
    [
      Buffer.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
      /damaged: its description has 2147483647 octets/,
    ],
    [Buffer.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0), /ends before it/],
  ];
  for (const [bytes, message] of cases) {
    const error = await t.throwsAsync(passed(bytes), { instanceOf: InputError });
    t.regex(error.message, message);
  }
});

test('octets that were changed give an error that names the place, or rows: no other error', async (t) => {
  const bytes = streamOf(mixed(), mixed());
  const place = fc.integer({ min: 0, max: bytes.length - 1 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }),
      async (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, octet] of changes) damaged[at] = octet;
        try {
          await passed(damaged, { key: 'id' });
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      },
    ),
  );
  t.pass();
});

test('names that clash are refused, with what to do', async (t) => {
  const labelled = new arrow.Table({ label: arrow.vectorFromArray([1]) });
  const clash = await t.throwsAsync(passed(streamOf(labelled)), { instanceOf: InputError });
  t.regex(clash.message, /^the schema: it has a column 'label' already: .*--prefix p_/);
  t.is(arrow.tableFromIPC(await passed(streamOf(labelled), { prefix: 'p_' })).numCols, 4);
  const lacks = await t.throwsAsync(passed(streamOf(labelled), { key: 'id' }), { instanceOf: InputError });
  t.regex(lacks.message, /no column 'id'.*; it has label/);
  t.throws(() => openWriter('arrow', new Kept(), { key: 'label' }), { instanceOf: OptionError });
});

test('a lone surrogate is U+FFFD in Arrow, and never half of a pair', async (t) => {
  const ids = new arrow.Table({ id: arrow.vectorFromArray([1, 2, 3, 4], new arrow.Int32()) });
  const labels = ['a\ud83d', '\ude00b', 'a\ud83d', '😀'];
  const written = await passed(streamOf(ids), { classes: [...new Set(labels)] }, (batch) => ({
    ...answersFor(batch),
    label: batch.rows.map((_, i) => labels[i]),
  }));
  const column = arrow.tableFromIPC(written).getChild('label');
  t.deepEqual([...(column ?? [])], ['a\ufffd', '\ufffdb', 'a\ufffd', '😀']);
  for (const classes of [
    ['\ud83d', '\ude00'],
    ['1', 1],
  ])
    t.throws(() => openWriter('arrow', new Kept(), { classes }), {
      instanceOf: OptionError,
      message: /are one text in Arrow: write JSON lines/,
    });
});

test('a key may have no name, and fields have types', async (t) => {
  const one = new arrow.Table({ '': arrow.vectorFromArray([1, 2], new arrow.Int32()) });
  const keyed = arrow.tableFromIPC(await passed(streamOf(one), { key: '' }));
  t.deepEqual(keyed.schema.fields.length, 4);
  const list = new arrow.List(new arrow.Field('item', new arrow.Int8(), true));
  const whole = streamOf(new arrow.Table({ a: arrow.vectorFromArray([[1]], list) }));
  const schema = 8 + Buffer.from(whole).readInt32LE(4);
  const errors: string[] = [];
  for (let at = 8; at < schema; at++) {
    const bytes = Uint8Array.from(whole);
    bytes[at] = 0;
    await passed(bytes).catch((error: Error) => {
      t.true(error instanceof InputError, `${at}: ${error.stack}`);
      errors.push(error.message);
    });
  }
  for (const what of ['a field without a type', 'a list whose items have no type'])
    t.true(errors.includes(`the schema: it is damaged: ${what}`), what);
});
