import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { chatModel } from '../../../../entries/llm.js';
import { BudgetStop, JournalError, OptionError, ServerError } from '../../../../index.js';
import { folderFor } from '../../../support/files.js';
import { LABELS, notes, prompt, scoresOf, serveNotes, textIn } from './world.js';

const quick = { labels: LABELS, prompt, random: () => 0 } as const;
const prices = { input: 1e6, output: 1e6, batch: 0.5, currency: 'USD' };
const many = (count: number) =>
  notes(...Array.from({ length: count }, (_, i) => `${i}${i % 3 === 0 ? 's' : ''}`));

test('a second run asks nothing again, of rows, asks and attempts', async (t) => {
  const { server, at } = await serveNotes(t, {
    speak: ([{ content }], n) => (textIn(content) === 'odd' && n === 0 ? 'well…' : 'spam'),
  });
  const journal = join(await folderFor(t), 'answers.journal');
  const rows = notes('a', 'b', 'odd');
  const run = async () => {
    const model = chatModel({ ...quick, ...at, journal, prices });
    const scores = [await scoresOf(model, rows), await scoresOf(model, rows, { ask: 1 })];
    const account = await model.account();
    await model.close();
    return { scores, account, price: model.price, fingerprint: model.fingerprint };
  };
  const first = await run();
  // Three, one of them once more, and three on purpose.
  t.is(server.charged.length, 7);
  t.is(first.account.answers, 7);
  t.is(first.account.spent, first.account.mean === undefined ? 0 : 7 * first.account.mean);
  t.is(first.account.currency, 'USD');
  const second = await run();
  t.is(server.charged.length, 7);
  t.deepEqual(second.scores, first.scores);
  t.is(second.fingerprint, first.fingerprint);
  t.deepEqual([second.account.spent, second.account.recalled], [first.account.spent, 7]);
  t.false((await readFile(journal, 'utf8')).includes('Is this ham'));
});

test('a journal of other parameters says which', async (t) => {
  const { at } = await serveNotes(t);
  const journal = join(await folderFor(t), 'answers.journal');
  const scores = async (own: object) => {
    await using model = chatModel({ ...quick, ...at, journal, ...own });
    await scoresOf(model, notes('a'));
  };
  await scores({ temperature: 0.5 });
  await t.throwsAsync(scores({ temperature: 1 }), {
    instanceOf: JournalError,
    message: /differs in parameters \(.*temperature":0\.5.*; here .*temperature":1/,
  });
});

test('a journal of another prompt or model is refused before money is spent', async (t) => {
  const { server, at } = await serveNotes(t);
  const journal = join(await folderFor(t), 'answers.journal');
  await using model = chatModel({ ...quick, ...at, journal });
  await scoresOf(model, notes('a'));
  const differ = async (own: object) => {
    const other = chatModel({ ...quick, ...at, journal, ...own });
    return (await t.throwsAsync(scoresOf(other, notes('b')), { instanceOf: JournalError }))?.differ;
  };
  t.deepEqual(await differ({ prompt: ({ text }: { text: string }) => `Ham or spam? ${text}` }), ['prompt']);
  t.deepEqual(await differ({ model: 'large' }), ['model']);
  t.deepEqual(await differ({ maxTokens: 7 }), ['parameters']);
  t.is(server.charged.length, 1);
});

test('a budget stops, names what is left, and goes on with more', async (t) => {
  const { server, at } = await serveNotes(t);
  const journal = join(await folderFor(t), 'answers.journal');
  const rows = many(30);
  const few = { ...quick, ...at, journal, prices, maxTokens: 2, structured: false };
  const stopped = chatModel({ ...few, maxPrice: 300 });
  const stop = await t.throwsAsync(scoresOf(stopped, rows), { instanceOf: BudgetStop });
  t.is(stop?.left, 30 - server.charged.length);
  t.true((stop?.spent ?? 0) <= 300 && (stop?.spent ?? 0) > 200);
  t.regex(stop?.message ?? '', /USD.*Run again with a larger 'maxPrice'/);
  await stopped.close();
  await using more = chatModel({ ...few, maxPrice: 10_000 });
  await scoresOf(more, rows);
  t.is(server.charged.length, 30);
  t.is(new Set(server.charged).size, 30);
});

test('whole rounds go by the batch API, what is none once more in a second', async (t) => {
  const { server, at } = await serveNotes(t, {
    speak: ([{ content }], n) => (textIn(content).endsWith('7') && n === 0 ? 'well…' : 'spam'),
  });
  const model = chatModel({ ...quick, ...at, prices, batch: { pollMs: 1, least: 4 } });
  const rows = many(60);
  await model.readAhead?.(rows);
  const asked = rows.filter(({ text }) => text.endsWith('7')).length;
  // The first goes alone, to see what the server takes.
  t.deepEqual(
    server.room.batches.map(({ request_counts: { total } }) => total),
    [59, asked],
  );
  await scoresOf(model, rows);
  t.is(server.charged.length, 60 + asked);
  const { spent, asked: requests } = await model.account();
  t.is(requests, 60 + asked);
  t.true(spent > 0);
  // Few rows are asked at once.
  await model.readAhead?.(notes('x', 'y'));
  t.is(server.room.batches.length, 2);
});

test('what batches leave is an error of the round, or is asked at once', async (t) => {
  const batches = { end: () => 'expired' as const, isAnswered: (line: number) => line > 0 };
  const { at } = await serveNotes(t, { batches });
  const strict = chatModel({ ...quick, ...at, batch: { pollMs: 1, least: 5 } });
  await t.throwsAsync(async () => strict.readAhead?.(many(8)), {
    instanceOf: ServerError,
    message: /no batch/,
  });
  const loose = chatModel({ ...quick, ...at, batch: { pollMs: 1, least: 5, unanswered: 'atOnce' } });
  await loose.readAhead?.(many(8));
  t.is((await loose.account()).answers, 8);
});

test('prices of a row: what the prompt would cost, then the mean of what was paid', async (t) => {
  const { at } = await serveNotes(t);
  const model = chatModel({ ...quick, ...at, prices });
  t.true((model.price ?? 0) > 100);
  await scoresOf(model, notes('a', 'b'));
  t.is(model.price, (await model.account()).mean);
  t.is(chatModel({ ...quick, ...at, prices, price: 3 }).price, 3);
  t.is(chatModel({ ...quick, ...at }).price, 0);
});

test('options that cannot be are refused', async (t) => {
  const { at } = await serveNotes(t);
  const refused = (own: object) =>
    t.throws(() => chatModel({ ...quick, ...at, ...own }), { instanceOf: OptionError })?.option;
  t.is(refused({ maxPrice: 5 }), 'maxPrice');
  t.is(refused({ prices: { input: 0, output: 1 } }), 'prices.input');
  t.is(refused({ journal: '' }), 'journal');
  t.is(refused({ journal: { path: 'a', secret: '' } }), 'journal.secret');
  t.is(refused({ journal: { path: 'a', texts: 1 } }), 'journal.texts');
  t.is(refused({ journal: { path: 'a', texts: true, secret: 'hush' } }), 'journal.texts');
  t.is(refused({ journal: { file: 'a' } }), 'journal.file');
  t.is(refused({ batch: { window: 'a day' } }), 'batch.window');
  t.is(refused({ batch: { pollMs: 0 } }), 'batch.pollMs');
  t.is(refused({ batch: { unanswered: 'drop' } }), 'batch.unanswered');
  const own = { ...quick, model: 'mine', generate: () => ({ text: 'ham' }), batch: true };
  t.is(t.throws(() => chatModel(own), { instanceOf: OptionError })?.option, 'batch');
});

test('two models on one journal ask each question once, at the same time too', async (t) => {
  const { server, at } = await serveNotes(t);
  const journal = join(await folderFor(t), 'answers.journal');
  const own = { ...quick, ...at, journal, prices };
  const [one, other] = [chatModel(own), chatModel(own)];
  const scores = await Promise.all([scoresOf(one, many(20)), scoresOf(other, many(20))]);
  t.deepEqual(scores[0], scores[1]);
  t.is(server.charged.length, 20);
  t.is((await other.account()).reserved, 0);
  await one.close();
  await other.close();
});

test('usage that is none is counted at the most', async (t) => {
  let calls = 0;
  for (const usage of [
    { input: 50, output: 1 },
    { input: 5, cached: 9, output: 1 },
    { input: -5, cached: 0, output: 1 },
  ]) {
    const model = chatModel({
      ...quick,
      model: 'own',
      generate: () => {
        calls++;
        return { text: 'ham', usage: { cached: Number.NaN, ...usage } };
      },
      prices,
      maxPrice: 1_000,
    });
    await t.throwsAsync(scoresOf(model, many(50)), { instanceOf: BudgetStop });
    const { spent, estimated } = await model.account();
    t.is(estimated, calls);
    t.true(spent > 0 && spent <= 1_000);
    calls = 0;
  }
});

test('the form of answers is reserved, beside a tokenizer, too', async (t) => {
  const { at } = await serveNotes(t);
  const own = { ...quick, ...at, prices, countTokens: () => 5 };
  const [bound, loose] = [chatModel(own), chatModel({ ...own, structured: false })];
  t.true((bound.price ?? 0) > (loose.price ?? 0) + 50);
});

test('a proxy that counts no tokens, and a cache that is dearer than the list, exceed no limit', async (t) => {
  const prices = { input: 100, output: 100 };
  const options = { model: 'm', labels: LABELS, prompt, maxPrice: 1 };
  const rows = notes(...Array.from({ length: 200 }, (_, i) => `note ${i}`));
  for (const [own, usage] of [
    [prices, { input: 0, cached: 0, output: 0 }],
    [
      { ...prices, cached: 300 },
      { input: 60, cached: 60, output: 1 },
    ],
  ] as const) {
    const model = chatModel({ ...options, prices: own, generate: () => ({ text: 'ham', usage }) });
    await t.throwsAsync(scoresOf(model, rows), { instanceOf: BudgetStop });
    const { spent, reserved } = await model.account();
    t.true(spent > 0 && spent + reserved <= 1, `${spent} and ${reserved}`);
  }
});
