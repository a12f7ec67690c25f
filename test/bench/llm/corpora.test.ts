import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { batchOf, trainedAtRandom } from '../../../bench/llm/asked.js';
import { recordedCorpus } from '../../../bench/llm/corpora.js';
import { askedAsMapped, trainedAsMapped } from '../../../bench/llm/mapped.js';
import { simulate } from '../../../bench/llm/simulated.js';
import { random } from '../../../lib/stats/index.js';
import { folderFor } from '../../support/files.js';

const draw = random(1);
const words = Array.from(
  { length: 40 },
  (_, w) => `word${'abcdefghij'[w % 10]}${'klmn'[Math.floor(w / 10)]}x`,
);
const texts = Array.from({ length: 4_000 }, () =>
  Array.from({ length: 3 }, () => words[draw.integer(words.length)]).join(' '),
);
const truth = Int32Array.from(texts, () => draw.integer(4));

test('a made-up model flips as often as it is said to, and without topics that err nothing else is wrong', (t) => {
  const model = { flips: 0.1, topics: 8, erring: 0, errs: 0.5 };
  const { answers, probabilities } = simulate(texts, truth, 4, model, 1);
  const wrong = answers.filter((answer, row) => answer !== truth[row]).length;
  // 400 expected, with a standard deviation of 19.
  t.true(Math.abs(wrong - 400) < 95, String(wrong));
  answers.forEach((answer, row) => {
    const said = probabilities.subarray(4 * row, 4 * row + 4);
    t.is(said.indexOf(Math.max(...said)), answer);
    t.true(Math.abs(said.reduce((sum, p) => sum + p, 0) - 1) < 1e-9);
  });
});

test('its errors lie in some topics, and are the same class there', (t) => {
  const sure = { flips: 0, topics: 8, erring: 0.5, errs: 1 };
  const { answers } = simulate(texts, truth, 4, sure, 2);
  const wrong = answers.filter((answer, row) => answer !== truth[row]).length;
  t.true(wrong > 400 && wrong < 3_600, String(wrong));
  t.deepEqual(simulate(texts, truth, 4, sure, 2).answers, answers);
});

test('recorded answers are read with what the model stated, and no row is known and open at once', async (t) => {
  const path = join(await folderFor(t), 'answers.csv');
  const kinds = ['warm seas rise', 'cold winds blow'];
  const lines = Array.from({ length: 400 }, (_, row) => {
    const kind = draw.uniform() < 0.8 ? row % 2 : draw.integer(2);
    return `"${kinds[kind]}, ${words[draw.integer(40)]}",${row % 2 === 0 ? 'yes' : 'no'},0.${row % 2 === 0 ? 9 : 4},yes`;
  });
  await writeFile(path, ['text,answer,confidence,label', ...lines].join('\n'));
  const corpus = recordedCorpus(path, 220);
  t.deepEqual(corpus.labels, ['no', 'yes']);
  t.is(corpus.rows.length, 400);
  t.deepEqual(
    [...corpus.rows[0].said].map((p) => Number(p.toFixed(6))),
    [0.1, 0.9],
  );
  // Less than the answer itself must be worth is no answer.
  t.deepEqual([...corpus.rows[1].said], [0.6, 0.4]);
  const start = await trainedAtRandom(corpus, 1);
  const chosen = await trainedAsMapped(corpus, 1);
  t.is(new Set(chosen).size, 220);
  const { known, others } = await askedAsMapped(corpus, chosen, { epsilon: 0.1, delta: 0.05 }, 1);
  t.true(known.length >= 220);
  t.is(new Set([...known, ...others]).size, 400);
  t.is(known.length + others.length, 400);
  t.is(batchOf(start, 0.1, 0.05).allowed, 40);
});
