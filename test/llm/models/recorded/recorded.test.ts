import test from 'ava';
import { rowBlock } from '../../../../lib/data/blocks/index.js';
import { DataError, ModelError, OptionError } from '../../../../lib/errors.js';
import { batchAnswers, type RecordedOptions, recorded } from '../../../../llm/models/index.js';

interface Row {
  readonly text: string;
}

const LABELS = ['for', 'against'] as const;
const answers = [
  { key: 'a', answer: 'for', second: 'against' },
  { key: 'b', answer: 'against' },
  { key: 'c', answer: null },
] as const;
const modelOf = (own: Partial<RecordedOptions<Row, 'for' | 'against'>> = {}) =>
  recorded({ name: 'log', labels: LABELS, key: ({ text }: Row) => text, answers, ...own });

async function scored(model: ReturnType<typeof modelOf>, texts: readonly string[], ask?: number) {
  const out = new Float64Array(2 * texts.length);
  await model.score([rowBlock(texts.map((text) => ({ text })))], out, { ask });
  return [...out];
}

test('rows have the answers that were given; second ones are apart', async (t) => {
  const model = modelOf({ fingerprint: 'v1', price: 2 });
  t.deepEqual([model.fingerprint, model.price, model.readsRows, model.labels], ['v1', 2, true, LABELS]);
  t.deepEqual(await scored(model, ['b', 'a', 'b']), [0, 1, 1, 0, 0, 1]);
  t.deepEqual(await scored(model, ['a'], 1), [0, 1]);
  const ofMap = modelOf({ answers: new Map([['x', 'against']] as const) });
  t.deepEqual(await scored(ofMap, ['x']), [0, 1]);
});

test('rows without an answer are named, or have none', async (t) => {
  const unknown = await t.throwsAsync(scored(modelOf(), ['a', 'd']), { instanceOf: ModelError });
  t.is(unknown?.row, 1);
  t.regex(unknown?.message ?? '', /never asked about "d"/);
  const unused = await t.throwsAsync(scored(modelOf(), ['c']), { instanceOf: ModelError });
  t.regex(unused?.message ?? '', /no answer that can be used for "c"/);
  const second = await t.throwsAsync(scored(modelOf(), ['a', 'b'], 1), { instanceOf: ModelError });
  t.is(second?.row, 1);
  t.regex(second?.message ?? '', /'second'/);
  const degrading = modelOf({ unknown: 'degrade' });
  t.deepEqual(await scored(degrading, ['a', 'd']), [1, 0, Number.NaN, Number.NaN]);
});

test('answers that are none of the labels, and options that cannot be, are refused', (t) => {
  // Logs hold what no type knows of.
  const strange = [{ key: 'a', answer: 'neither' as 'for' }];
  t.throws(() => modelOf({ answers: strange }), {
    instanceOf: DataError,
    message: /that of "a" is "neither"/,
  });
  t.throws(() => modelOf({ answers: [] }), { instanceOf: DataError });
  t.throws(() => modelOf({ answers: [{ key: 1 as unknown as string, answer: 'for' }] }), {
    instanceOf: DataError,
  });
  const refused = (own: object) => t.throws(() => modelOf(own), { instanceOf: OptionError })?.option;
  t.is(refused({ unknown: 'ignore' }), 'unknown');
  t.is(refused({ key: 'text' }), 'key');
  t.is(refused({ labels: ['for'] }), 'labels');
  t.is(refused({ anwers: [] }), 'anwers');
});

test('the output of a batch has answers by custom_id', async (t) => {
  const line = (custom_id: string, content: string | null, status_code = 200, finish_reason = 'stop') =>
    JSON.stringify({
      custom_id,
      response: { status_code, body: { choices: [{ message: { content }, finish_reason }] } },
      error: null,
    });
  const text = [
    line('a', ' for\n'),
    line('b', 'The answer is: against'),
    line('c', null),
    line('d', 'for', 500),
    // Of 'for now', perhaps.
    line('e', 'for', 200, 'length'),
    line('f', 'for', 200, 'content_filter'),
    '{"cu',
  ];
  const given = batchAnswers(text.join('\n'));
  t.deepEqual(given, [
    { key: 'a', answer: 'for' },
    { key: 'b', answer: 'The answer is: against' },
    { key: 'c', answer: null },
    { key: 'e', answer: null },
    { key: 'f', answer: null },
  ]);
  const parsed = batchAnswers(text.join('\n'), (said) => LABELS.find((label) => said.includes(label)));
  t.deepEqual(
    parsed.map(({ answer }) => answer),
    ['for', 'against', null, null, null],
  );
  t.deepEqual(await scored(modelOf({ answers: parsed }), ['b']), [0, 1]);
  t.throws(() => batchAnswers('{}\n'), { instanceOf: DataError });
});
