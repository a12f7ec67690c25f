import test from 'ava';
import fc from 'fast-check';
import {
  type AnswerColumns,
  openReader,
  openWriter,
  type RowBatch,
  type WriterOptions,
} from '../../../batch/formats/index.js';
import { InputError, OptionError } from '../../../lib/errors.js';
import { answersFor } from '../../support/arrowStreams.js';
import { Kept, piecesOf } from '../../support/streams.js';

/** JSON lines in and out. */

async function read(text: string | Uint8Array, size = 7): Promise<RowBatch[]> {
  const batches: RowBatch[] = [];
  for await (const batch of openReader('jsonl', piecesOf(text, size))) batches.push(batch);
  return batches;
}

async function through(
  text: string,
  options: WriterOptions = {},
  answers: (batch: RowBatch) => AnswerColumns = answersFor,
): Promise<string> {
  const kept = new Kept();
  const writer = openWriter('jsonl', kept, options);
  for (const batch of await read(text, 1_000)) await writer.write(batch, answers(batch));
  await writer.end();
  return kept.text;
}

test('rows are objects, whatever pieces their text comes in; empty lines are left out', async (t) => {
  const text = '\uFEFF{"a":1}\r\n\n  {"a":"ä\\n€"} \n{}\n   \n{"a":[1,{"b":null}]}';
  for (let size = 1; size <= text.length + 4; size++) {
    const batches = await read(text, size);
    t.deepEqual(
      batches.flatMap(({ rows }) => rows),
      [{ a: 1 }, { a: 'ä\n€' }, {}, { a: [1, { b: null }] }],
      `in pieces of ${size}`,
    );
    let from = 0;
    for (const batch of batches) {
      t.is(batch.from, from);
      from += batch.rows.length;
    }
  }
});

test('a batch has the rows that are there, and not more than its limit', async (t) => {
  const lines = Array.from({ length: 2_500 }, (_, i) => `{"i":${i}}\n`).join('');
  t.deepEqual(
    (await read(lines, 100_000)).map(({ rows }) => rows.length),
    [1_000, 1_000, 500],
  );
  // A row that came is answered before the next one comes.
  const order: string[] = [];
  const slow = async function* () {
    for (const line of ['{"i":0}\n{"i":', '1}\n', '{"i":2}\n']) {
      order.push('asked');
      yield Buffer.from(line);
    }
  };
  for await (const { rows } of openReader('jsonl', slow())) order.push(`${rows.length}`);
  t.deepEqual(order, ['asked', '1', 'asked', '1', 'asked', '1']);
});

test('what isn’t a row is refused with its line', async (t) => {
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ['{"a":1}\n\n{"a":\n', /^line 3: it isn't JSON/],
    ['{"a":1}\n{"a":2}\n{"a', /^line 3: it isn't JSON/],
    ['{"a":1}\n[1]\n', /^line 2: expected an object, got an array/],
    ['null\n', /^line 1: expected an object, got null/],
    ['{"a":1}{"b":2}\n', /^line 1: it isn't JSON/],
    ['{"a":1},{"b":2}\n', /^line 1: it isn't JSON/],
    ['{"a":1}\n{"id":9007199254740993}\n', /^line 2: 'id' is 9007199254740993, at or beyond ±2\^53/],
    ['{"a":1}\n{"o":{"deep":1e400}}\n', /^line 2: 'o' is 1e400/],
    [Buffer.of(0x7b, 0x7d, 10, 0x7b, 0xff, 0x7d, 10), /^line 2: it isn't text in UTF-8/],
  ];
  for (const [text, message] of cases) {
    const error = await t.throwsAsync(read(text, 50), { instanceOf: InputError });
    t.regex(error.message, message);
  }
  const long = read(`{}\n${' '.repeat(2 ** 24 + 1)}`, 1 << 20);
  await t.throwsAsync(long, { instanceOf: InputError, message: /^line 2: it has more than 16777216 octets/ });
  const held = '{"a":0.30000000000000004,"b":9007199254740992e-3,"c":"9007199254740993","d":1e300}';
  t.is((await read(held)).length, 1);
});

test('an object is written as it was read, with the answers behind', async (t) => {
  t.is(
    await through('{"b": 1.50, "a":"ä"}\n{ }\n{"n":{"x":1}}  \n'),
    '{"b": 1.50, "a":"ä","label":"l0","stage":0,"verdict":"certified"}\n' +
      '{"label":"l1","stage":1,"verdict":"certified"}\n' +
      '{"n":{"x":1},"label":"l2","stage":2,"verdict":"certified"}\n',
  );
});

test('the key alone, scores, and errors', async (t) => {
  const text = await through(
    '{"id":"x","a":1}\n{"id":7,"a":2}\n',
    { key: 'id', prefix: 'p_', scores: true, errors: true },
    () => ({
      label: [1.5, null],
      stage: Uint8Array.of(2, 0),
      verdict: ['certified', 'error'],
      scores: Float64Array.of(0.25, 0.75, Number.NaN, Number.NaN),
      error: [null, 'no "number"'],
    }),
  );
  t.deepEqual(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { id: 'x', p_label: 1.5, p_stage: 2, p_verdict: 'certified', p_scores: [0.25, 0.75], p_error: null },
      { id: 7, p_label: null, p_stage: null, p_verdict: 'error', p_scores: null, p_error: 'no "number"' },
    ],
  );
});

test('names that clash, and a key that a row lacks, are refused with the line', async (t) => {
  const clash = await t.throwsAsync(through('{"a":1}\n\n{"stage":1}\n'), { instanceOf: InputError });
  t.regex(clash.message, /^line 3: it has a column 'stage' already: .*--prefix p_/);
  const lacks = await t.throwsAsync(through('{"id":1}\n{"a":1}\n', { key: 'id' }), {
    instanceOf: InputError,
  });
  t.regex(lacks.message, /^line 2: it has no 'id'/);
  t.throws(() => openWriter('jsonl', new Kept(), { key: 'p_stage', prefix: 'p_' }), {
    instanceOf: OptionError,
  });
});

test('any objects come back as they are, however they are cut into pieces', async (t) => {
  const names = fc
    .string({ minLength: 1 })
    .filter((name) => !['label', 'stage', 'verdict', '__proto__'].includes(name));
  const objects = fc.array(fc.dictionary(names, fc.jsonValue({ maxDepth: 2 })), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(objects, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      let found: readonly object[];
      try {
        found = (await read(text, size)).flatMap((batch) => batch.rows);
      } catch (error) {
        // The drawn number is one that JSON can't hold.
        if (error instanceof InputError && /beyond/.test(error.message)) return;
        throw error;
      }
      t.deepEqual(
        found,
        rows.map((row) => JSON.parse(JSON.stringify(row))),
      );
      const written = (await through(text)).split('\n').slice(0, -1);
      t.deepEqual(
        written.map((line) => JSON.parse(line)),
        rows.map((row, i) => ({
          ...JSON.parse(JSON.stringify(row)),
          label: `l${i}`,
          stage: i % 3,
          verdict: 'certified',
        })),
      );
    }),
  );
});

test('a key is a member of the row itself, and is written as it was read', async (t) => {
  for (const key of ['toString', 'constructor', '__proto__'])
    await t.throwsAsync(through('{"a":1}', { key }), {
      instanceOf: InputError,
      message: /^line 1: it has no '/,
    });
  t.regex(await through('{"toString":-0.0}', { key: 'toString' }), /^\{"toString":-0,"label"/);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  await t.throwsAsync(through(`{"a":${deep}}`, { key: 'a' }), {
    instanceOf: InputError,
    message: "line 1: its key 'a' is nested deeper than 1000 levels",
  });
});

test('a whole number with an exponent is held, or refused', async (t) => {
  for (const wrong of ['9.007199254740993e15', '-900719925474.0993E4', '9.0071992547409930e+15'])
    await t.throwsAsync(read(`{"a":${wrong}}`, 1_000), { instanceOf: InputError, message: /beyond ±2\^53/ });
  const held = ['9.007199254740992e15', '1e23', '9.9999999999999992e+22', '1.7976931348623157e308', '1e16'];
  t.deepEqual(
    (await read(held.map((each) => `{"a":${each}}`).join('\n'), 1_000)).flatMap(({ rows }) => rows),
    held.map((each) => ({ a: Number(each) })),
  );
});
