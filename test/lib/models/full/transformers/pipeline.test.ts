import test from 'ava';
import { transformersModel } from '../../../../../entries/full.js';
import { ModelError, OptionError } from '../../../../../index.js';
import { rowBlock } from '../../../../../lib/data/blocks/index.js';
import type { Model } from '../../../../../lib/learn/learners/index.js';
import { near } from '../../../../support/near.js';
import { fakePipeline } from './fakePipeline.js';
import { logitsOf, softmax } from './tinyModel.js';

/** Pipelines as full models, on one that is made here. */

async function scoresOf(model: Model, rows: readonly unknown[]): Promise<number[][]> {
  const out = new Float64Array(rows.length * model.classes);
  await model.score([rowBlock(rows)], out);
  return rows.map((_, row) => [...out.subarray(row * model.classes, (row + 1) * model.classes)]);
}

const text = 'text-classification';

test('texts get the pipeline’s probabilities, in the order of the rows, by its own labels', async (t) => {
  const { given, seen } = fakePipeline(text);
  const model = await transformersModel(given, { text: ({ body }: { body: string }) => body });
  t.deepEqual([...model.labels], ['sports', 'money', 'food']);
  t.is(model.name, 'tiny');
  t.true(model.readsRows);
  const bodies = Array.from(
    { length: 80 },
    (_, i) => `goal${' and'.repeat(i % 7)}${i % 3 === 0 ? ' bank' : ''}`,
  );
  const scores = await scoresOf(
    model,
    bodies.map((body) => ({ body })),
  );
  bodies.forEach((body, row) => {
    softmax(logitsOf(body.split(' '))).forEach((expected, c) => {
      near(t, scores[row][c], expected, 1e-6);
    });
  });
  // Long texts run with long ones, at most 32 together.
  t.deepEqual(seen.runs, [32, 32, 16]);
  const lengths = seen.texts.map(({ length }) => length);
  t.deepEqual(
    lengths,
    [...lengths].sort((a, b) => b - a),
  );
});

test('labels in another order are the same labels', async (t) => {
  const { given } = fakePipeline(text);
  const model = await transformersModel(given, { labels: ['food', 'sports', 'money'] });
  const [[food, sports, money]] = await scoresOf(model, ['goal soup']);
  const [a, b, c] = softmax(logitsOf(['goal', 'soup']));
  near(t, food, c, 1e-6);
  near(t, sports, a, 1e-6);
  near(t, money, b, 1e-6);
  t.deepEqual([...model.labels], ['food', 'sports', 'money']);
});

test('labels that aren’t the model’s are refused, with both', async (t) => {
  const { given } = fakePipeline(text);
  for (const labels of [
    ['ham', 'spam', 'food'],
    ['sports', 'money'],
    ['sports', 'sports', 'money'],
  ]) {
    const error = await t.throwsAsync(transformersModel(given, { labels }), { instanceOf: OptionError });
    t.regex(error?.message ?? '', /'labels': expected the model's own, "sports", "money", "food", got /);
  }
});

test('models of several labels at once and of numbers are refused with the reason', async (t) => {
  const multi = fakePipeline(text, { config: { problem_type: 'multi_label_classification' } });
  await t.throwsAsync(transformersModel(multi.given), {
    instanceOf: OptionError,
    message: /problem_type: multi_label_classification.*no one answer/,
  });
  const zeroShot = fakePipeline('zero-shot-classification', {
    labels: ['contradiction', 'neutral', 'entailment'],
  });
  const several: object = { labels: ['a', 'b'], multi_label: true };
  await t.throwsAsync(transformersModel(zeroShot.given, several), {
    instanceOf: OptionError,
    message: /'multi_label'.*no one answer/,
  });
  const number = fakePipeline(text, { labels: ['LABEL_0'] });
  await t.throwsAsync(transformersModel(number.given), {
    instanceOf: OptionError,
    message: /gives a number.*fromRows without labels/,
  });
});

test('tasks that choose nothing, and values that are no pipelines, are refused', async (t) => {
  const encoder = fakePipeline('feature-extraction');
  await t.throwsAsync(transformersModel(encoder.given), {
    instanceOf: OptionError,
    message: /feature-extraction.*embedding\(/,
  });
  for (const given of [undefined, null, 7, {}, async () => []]) {
    await t.throwsAsync(transformersModel(given), {
      instanceOf: OptionError,
      message: /'pipeline': expected the folder/,
    });
  }
  const { given } = fakePipeline(text);
  await t.throwsAsync(transformersModel(given, { dtype: 'q8' }), {
    instanceOf: OptionError,
    message: /'dtype': is for a folder/,
  });
  await t.throwsAsync(transformersModel(given, { limit: 17 }), {
    instanceOf: OptionError,
    message: /'limit': expected at most 16 tokens/,
  });
});

test('zero-shot classification chooses by entailment', async (t) => {
  const { given, seen } = fakePipeline('zero-shot-classification', {
    labels: ['contradiction', 'neutral', 'entailment'],
  });
  const model = await transformersModel(given, { labels: ['goal', 'soup'], hypothesis: '{} and' });
  const [scores] = await scoresOf(model, ['bank']);
  // Entailment is output 2: soup has 2.5 of it, goal -1.
  softmax([-1, 2.5]).forEach((expected, c) => {
    near(t, scores[c], expected, 1e-6);
  });
  t.deepEqual(seen.runs, [2]);
  await t.throwsAsync(transformersModel(given), { instanceOf: OptionError, message: /'labels': missing/ });
  const other = fakePipeline('zero-shot-classification');
  await t.throwsAsync(transformersModel(other.given, { labels: ['a', 'b'] }), {
    instanceOf: OptionError,
    message: /'entailment'; it has sports/,
  });
});

test('images are the pipeline’s own to read', async (t) => {
  const { given, seen } = fakePipeline('image-classification');
  const model = await transformersModel(given, { image: ({ file }: { file: string }) => file });
  const [scores] = await scoresOf(model, [{ file: 'soup' }]);
  softmax(logitsOf(['soup'])).forEach((expected, c) => {
    near(t, scores[c], expected, 1e-9);
  });
  t.deepEqual(seen.options, [{ top_k: 3 }]);
});

test('empty texts, lone surrogates and limits of tokens', async (t) => {
  const { given, seen } = fakePipeline(text);
  const model = await transformersModel(given, { limit: 2 });
  const [empty, lone, cut] = await scoresOf(model, ['', 'goal \ud83d', 'goal goal bank']);
  empty.forEach((score) => {
    near(t, score, 1 / 3, 1e-9);
  });
  t.deepEqual([...seen.texts].sort(), ['', 'goal goal bank', 'goal \ufffd']);
  softmax(logitsOf(['goal', '\ufffd'])).forEach((expected, c) => {
    near(t, lone[c], expected, 1e-6);
  });
  softmax(logitsOf(['goal', 'goal'])).forEach((expected, c) => {
    near(t, cut[c], expected, 1e-6);
  });
});

test.serial('a long text is cut, and that is said once', async (t) => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.message);
  process.on('warning', listen);
  t.teardown(() => process.off('warning', listen));
  const { given, seen } = fakePipeline(text);
  const model = await transformersModel(given, { name: 'short' });
  const million = 'a'.repeat(32_767) + '😀'.repeat(500_000);
  await scoresOf(model, [million, million]);
  await scoresOf(model, [million]);
  await new Promise((resolve) => setTimeout(resolve));
  const own = warnings.filter((message) => message.includes("'short'"));
  t.is(own.length, 1);
  t.regex(own[0], /a text of 1032767 characters was cut to 32768/);
  // Not through the middle of a pair.
  t.true(seen.texts.every((each) => each === 'a'.repeat(32_767)));
});

test('a row without a text is an error that names it', async (t) => {
  const { given } = fakePipeline(text);
  const model = await transformersModel(given);
  const error = await t.throwsAsync(scoresOf(model, ['goal', 7]), { instanceOf: ModelError });
  t.is(error?.row, 1);
  t.regex(error?.message ?? '', /^model 'tiny': row 1: its text is 7; expected a string, from 'text'$/);
});

test('a pipeline that was disposed of is an error that says so, and is never disposed of here', async (t) => {
  const { given, seen } = fakePipeline(text);
  const model = await transformersModel(given);
  await model.close();
  t.is(seen.disposed, 0);
  await t.throwsAsync(scoresOf(model, ['goal']), { instanceOf: ModelError, message: /it was closed/ });
  const other = await transformersModel(given);
  await given.dispose();
  await t.throwsAsync(scoresOf(other, ['goal']), {
    instanceOf: ModelError,
    message: /its pipeline was disposed of/,
  });
});

test('a fingerprint of a pipeline is yours, or that of its configuration', async (t) => {
  const { given } = fakePipeline(text);
  t.is((await transformersModel(given, { fingerprint: 'v1' })).fingerprint, 'v1');
  const own = (await transformersModel(given)).fingerprint;
  t.regex(own ?? '', /^config:[0-9a-f]{64}$/);
  t.not((await transformersModel(fakePipeline(text, { config: { layers: 2 } }).given)).fingerprint, own);
});
