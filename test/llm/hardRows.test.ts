import test from 'ava';
import { logisticRegression } from '../../lib/learn/learners/index.js';
import { random, sample } from '../../lib/stats/index.js';
import { AnswerBook, type AskRound } from '../../llm/answerBook.js';
import { askHardRows } from '../../llm/hardRows.js';
import { RowBudget } from '../../llm/rowBudget.js';
import { modelOf, titleTable, words } from './world.js';

// A fifth of the titles tells nothing.
const table = titleTable(1_500, 4);
const { rows, labels, truth } = table;
const all = Int32Array.from(rows.keys());
const trained = sample(rows.length, 250, random(1));

async function asked(
  answer: (row: number) => string | undefined,
  limits: { pool?: Int32Array; most?: number } = {},
  round: AskRound = {},
) {
  const { calls, full } = modelOf(table, answer);
  const budget = new RowBudget(undefined, 0.001, undefined, { isUsed: false, share: 0.5 });
  const book = new AnswerBook(rows, full, { kind: 'argmax' }, (row) => row, budget);
  await book.ask(trained);
  const given = { rows, book, features: words, learner: logisticRegression(), width: labels.length };
  const claim = { epsilon: 0.02, delta: 0.05 };
  const { pool = all, most = Number.POSITIVE_INFINITY } = limits;
  const known = await askHardRows({ ...given, claim }, trained, { pool, most }, round, random(2));
  return { calls, book, known, more: known.subarray(trained.length) };
}

/** Whether a title has a word that is in titles of one class alone. */
const isTelling = (() => {
  const classes = new Map<string, Set<string>>();
  const wordsOf = (row: number) => rows[row].title.match(/\b[a-z]+\b/g) ?? [];
  for (const row of all)
    for (const word of wordsOf(row)) classes.set(word, (classes.get(word) ?? new Set()).add(truth[row]));
  return (row: number) => wordsOf(row).some((word) => classes.get(word)?.size === 1);
})();

test('the rows asked about are those that tell least, each once, and not all of them', async (t) => {
  const { calls, book, known, more } = await asked((row) => truth[row]);
  t.true(more.length > 0 && known.length < rows.length);
  t.is(new Set(known).size, known.length);
  t.is(calls.length, known.length);
  t.true(known.every((row) => book.knows(row)));
  const hard = more.filter((row) => !isTelling(row)).length / more.length;
  const usual = all.filter((row) => !isTelling(row)).length / all.length;
  t.true(hard > usual, `${hard} ${usual}`);
});

test('rounds are one step to whoever watches: what was asked only grows, and it ends once', async (t) => {
  const told: (readonly [done: number, of: number])[] = [];
  const onProgress = (done: number, of: number) => told.push([done, of]);
  const { calls, more } = await asked((row) => truth[row], {}, { onProgress, chunk: 20 });
  t.true(calls.length > trained.length && told.length > 3);
  t.true(told.every(([done], i) => done >= (told[i - 1]?.[0] ?? 0)));
  t.deepEqual(told.at(-1), [more.length, more.length]);
  t.is(told.filter(([done, of]) => done === of).length, 1);
});

test('where no round can be worth a batch, nobody is taught', async (t) => {
  const told: number[] = [];
  const onProgress = (done: number) => told.push(done);
  // Teaching would be aborted.
  const signal = AbortSignal.abort(new Error('taught'));
  const few = await asked((row) => truth[row], { most: 49 }, { onProgress, signal });
  t.is(few.more.length, 0);
  t.deepEqual(told, []);
  await t.throwsAsync(
    asked((row) => truth[row], {}, { signal }),
    { message: 'taught' },
  );
});

test('only rows of the pool are asked about, and no more than is allowed', async (t) => {
  const pool = all.filter((row) => row % 2 === 0);
  const inside = await asked((row) => truth[row], { pool });
  t.true(inside.more.length > 0);
  t.true(inside.more.every((row) => row % 2 === 0));
  const { more } = await asked((row) => truth[row], { most: 60 });
  t.is(more.length, 60);
  t.is((await asked((row) => truth[row], { most: -5 })).more.length, 0);
});

test('answers that can’t be read are asked for once, and teach nothing', async (t) => {
  const { calls, book, more } = await asked((row) => (row % 5 === 0 ? undefined : truth[row]));
  t.is(new Set(calls).size, calls.length);
  t.true(more.some((row) => Number.isNaN(book.answerOf(row))));
});
