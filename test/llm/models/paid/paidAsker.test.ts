import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { BudgetStop, JournalError, OptionError } from '../../../../lib/errors.js';
import type { ChatQuestion, ChatReply, ChatSender } from '../../../../llm/models/index.js';
import { type AskerOptions, askerOf } from '../../../../llm/models/paid/index.js';
import { folderFor } from '../../../support/files.js';
import { PlainSender, questionOf } from '../../../support/llm/index.js';

const identity = { model: 'small', prompt: 'p', parameters: '{}' };
/** Money a token of the prompt is 1, and one of the answer 10. */
const prices = { input: 1e6, output: 1e7 };
const usage = { input: 5, cached: 0, output: 1 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Replies with the text that it is asked about, later. */
const echo = (own: Partial<ChatReply> = { usage }) =>
  new PlainSender(async ({ messages, ask }) => {
    await turn();
    return { text: `${messages[0].content}${ask === 0 ? '' : ask}`, ...own };
  });
const asking = (sender: PlainSender, own: Partial<AskerOptions> = {}) =>
  askerOf({ sender, identity, maxTokens: 2, ...own });
const texts = (outcomes: Awaited<ReturnType<ReturnType<typeof askerOf>['ask']>>) =>
  outcomes.map((outcome) => (outcome.kind === 'reply' ? outcome.reply.text : 'failed'));

test('each different question is asked once, in concurrent calls too', async (t) => {
  const sender = echo();
  const asker = asking(sender);
  const progress: [number, number][] = [];
  const [first, second] = await Promise.all([
    asker.ask(
      ['a', 'b', 'a'].map((text) => questionOf(text)),
      {
        onProgress: (done, of) => progress.push([done, of]),
      },
    ),
    asker.ask(
      ['b', 'c'].map((text) => questionOf(text)),
      {},
    ),
  ]);
  t.deepEqual(
    [texts(first), texts(second)],
    [
      ['a', 'b', 'a'],
      ['b', 'c'],
    ],
  );
  t.deepEqual([...sender.sent].sort(), ['a', 'b', 'c']);
  t.deepEqual(progress, [
    [2, 3],
    [3, 3],
  ]);
  t.deepEqual(texts(await asker.ask([questionOf('c')], {})), ['c']);
  t.is(sender.sent.length, 3);
  t.is((await asker.account()).recalled, 1);
});

test('what is asked on purpose again, or once more, is apart', async (t) => {
  const sender = echo();
  const asker = asking(sender);
  const questions = [questionOf('a'), questionOf('a', 1), questionOf('a', 0, 1)];
  t.deepEqual(texts(await asker.ask(questions, {})), ['a', 'a1', 'a']);
  t.deepEqual(texts(await asker.ask([questionOf('a', 1)], {})), ['a1']);
  t.is(sender.sent.length, 3);
});

test('one that leaves takes nobody with it', async (t) => {
  let answers = 0;
  const sender = new PlainSender(async (_, { signal }) => {
    await turn();
    signal?.throwIfAborted();
    return { text: String(++answers) };
  });
  const asker = asking(sender);
  const stop = new AbortController();
  const first = asker.ask([questionOf('a')], { signal: stop.signal });
  const second = asker.ask([questionOf('a')], {});
  await turn();
  stop.abort(new Error('left'));
  await t.throwsAsync(first, { message: 'left' });
  t.deepEqual(texts(await second), ['1']);
  t.is((await asker.account()).unknown, 1);
});

test('a failure is no answer: it is asked again', async (t) => {
  let calls = 0;
  const sender = new PlainSender(() => {
    if (calls++ === 0) throw new Error('lost');
    return { text: 'a' };
  });
  const asker = asking(sender);
  t.deepEqual(texts(await asker.ask([questionOf('a')], {})), ['failed']);
  t.deepEqual(texts(await asker.ask([questionOf('a')], {})), ['a']);
});

test('a budget stops before it is exceeded; with more, nothing is asked again', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const rows = Array.from({ length: 20 }, (_, i) => questionOf(`row ${i}`));
  const sender = echo();
  const options = { journal: path, prices, tokens: () => 6 };
  // An answer costs 15, and 26 at most.
  await using small = asking(sender, { ...options, maxPrice: 100 });
  const stop = await t.throwsAsync(small.ask(rows, {}), { instanceOf: BudgetStop });
  const asked = sender.sent.length;
  t.is(stop?.spent, 15 * asked);
  t.deepEqual([stop?.asked, stop?.left, stop?.reserved, stop?.next], [asked, 20 - asked, 0, 26]);
  t.true(asked >= 4 && 15 * asked + 26 > 100 && 15 * asked <= 100);
  t.is(stop?.code, 'PRICE_LIMIT');
  t.is((await t.throwsAsync(small.ask(rows, {}), { instanceOf: BudgetStop }))?.asked, asked);
  await small.close();
  await using large = asking(sender, { ...options, maxPrice: 1_000 });
  await large.ask(rows, {});
  t.is(new Set(sender.sent).size, 20);
  t.is(sender.sent.length, 20);
  t.is((await large.account()).spent, 300);
});

test('at no time may more be paid than the limit, whatever fails', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('reply', 'no usage', 'lost'), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 20, max: 300 }),
      fc.integer({ min: 1, max: 6 }),
      async (fates, maxPrice, lanes) => {
        let paid = 0;
        let worst = 0;
        const sender = new PlainSender(async ({ messages }) => {
          const fate = fates[Number(messages[0].content)];
          // What is lost was charged all the same, in full.
          const price = fate === 'reply' ? 15 : 26;
          paid += price;
          worst = Math.max(worst, paid);
          await turn();
          if (fate === 'lost') throw new Error('cut');
          return fate === 'reply' ? { text: 'a', usage } : { text: 'a' };
        }, lanes);
        const asker = asking(sender, { prices, maxPrice, tokens: () => 6 });
        const rows = fates.map((_, i) => questionOf(String(i)));
        const stopped = await asker.ask(rows, {}).then(
          () => undefined,
          (error: unknown) => error,
        );
        const account = await asker.account();
        t.true(worst <= maxPrice);
        t.is(account.spent + account.reserved, paid);
        t.is(stopped === undefined, sender.sent.length === fates.length);
        t.is(account.unknown, fates.slice(0, sender.sent.length).filter((fate) => fate === 'lost').length);
        const estimated = fates.slice(0, sender.sent.length).filter((fate) => fate === 'no usage').length;
        t.is(account.estimated, estimated);
      },
    ),
    { numRuns: 50 },
  );
});

test('prices and limits that cannot be are refused', (t) => {
  const refused = (own: Partial<AskerOptions>) =>
    t.throws(() => asking(echo(), own), { instanceOf: OptionError })?.option;
  t.is(refused({ maxPrice: 1 }), 'maxPrice');
  t.is(refused({ prices, maxPrice: 0 }), 'maxPrice');
  t.is(refused({ prices: { input: 0, output: 1 } }), 'prices.input');
  t.is(refused({ prices: { input: 1, output: 0 } }), 'prices.output');
  t.is(refused({ prices: { input: 1, output: 1, cached: -1 } }), 'prices.cached');
  t.is(refused({ prices: { input: 1, output: 1, batch: 0 } }), 'prices.batch');
  t.is(refused({ prices: { input: 1, output: 1, batch: 50 } }), 'prices.batch');
  t.is(refused({ prices: { input: 1, output: 1, batch: { input: 0, output: 1 } } }), 'prices.batch.input');
  t.is(refused({ prices: { input: 1, output: 1, currency: '' } }), 'prices.currency');
  t.regex(t.throws(() => asking(echo(), { prices: { input: 0, output: 1 } }))?.message ?? '', /'free'/);
  t.notThrows(() => asking(echo(), { prices: 'free', maxPrice: 1 }));
});

test('another prompt is refused before anything is asked', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const sender = echo();
  await using first = asking(sender, { journal: path });
  await first.ask([questionOf('a')], {});
  const other = asking(sender, { journal: path, identity: { ...identity, prompt: 'q' } });
  await t.throwsAsync(other.ask([questionOf('b')], {}), { instanceOf: JournalError });
  t.is(sender.sent.length, 1);
});

/** Sends those of a round that there is money for, as one batch, and replies with the bytes of their texts as tokens. */
const inBytes: ChatSender = {
  async send(questions, listener) {
    const sent: ChatQuestion[] = [];
    let stop: unknown;
    for (const question of questions) {
      try {
        await listener.sending(question, 'round');
        sent.push(question);
      } catch (error) {
        stop = error;
        break;
      }
    }
    for (const question of sent) {
      const input = Buffer.byteLength(question.messages[0].content);
      await listener.replied(question, { text: 'x', usage: { input, cached: 0, output: 1 }, isBatch: true });
    }
    throw stop;
  },
};

test('a batch in another script than all before stays within the limit', async (t) => {
  // English has four bytes a token, and some scripts have one.
  const sender = new PlainSender(({ messages: [{ content }] }) => ({
    text: 'x',
    usage: { input: content.length / 4, cached: 0, output: 1 },
  }));
  const asker = asking(sender, { batches: () => inBytes, prices, maxPrice: 20_000 });
  const english = Array.from({ length: 60 }, (_, i) => questionOf(`${i} ${'word '.repeat(40)}`));
  await asker.ask(english, {});
  const burmese = Array.from({ length: 100 }, (_, i) => questionOf(`${i} ${'\u1000'.repeat(100)}`));
  await t.throwsAsync(asker.ask(burmese, { isRound: true }), { instanceOf: BudgetStop });
  const { spent, answers } = await asker.account();
  t.true(answers > 60);
  t.true(spent <= 20_000, String(spent));
});
