import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { ServerError } from '../../../../lib/errors.js';
import type { ChatQuestion, ChatReply, RequestListener } from '../../../../llm/models/index.js';
import { LimitedCalls, Limiter, ProviderFault } from '../../../../llm/models/limits/index.js';
import { type ChatProvider, SingleSender } from '../../../../llm/models/providers/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

const question = (key: string): ChatQuestion => ({ key, messages: [], ask: 0, attempt: 0 });
const questions = (count: number) => Array.from({ length: count }, (_, i) => question(String(i)));
const faultOf = (reason: ServerError['reason'], next: ProviderFault['details']['next'], status?: number) =>
  new ProviderFault(new ServerError('m', reason, 'said no', status), { next, paid: 'no' });

/** A sender whose provider answers by a function. */
function senderOf(
  answer: (question: ChatQuestion, n: number) => ChatReply | Promise<ChatReply>,
  concurrent = 64,
) {
  const timer = new FakeTimer();
  const asked: string[] = [];
  const provider: ChatProvider = {
    name: 'm',
    notes: [],
    outOf: (text) => text,
    async ask(one) {
      asked.push(one.key);
      return { reply: await answer(one, asked.length - 1), news: {} };
    },
  };
  const limiter = new Limiter(
    { concurrent, requestsPerMinute: undefined, tokensPerMinute: undefined },
    timer,
  );
  const calls = new LimitedCalls(limiter, { timeoutMs: 1_000, retries: 1, random: () => 0, timer });
  return { sender: new SingleSender(provider, calls, { concurrent, tokensOf: () => 1 }), asked, timer };
}

/** What it is told, in order. */
function listening(more: Partial<RequestListener> = {}) {
  const told: string[] = [];
  const listener: RequestListener = {
    sending: ({ key }) => void told.push(`sending ${key}`),
    replied: ({ key }) => void told.push(`replied ${key}`),
    lost: ({ key }, _, paid) => void told.push(`lost ${key} ${paid}`),
    ...more,
  };
  return { told, listener };
}

test('outcomes come in the order of the questions', async (t) => {
  const { sender } = senderOf(async ({ key }) => {
    // The earlier ones take longer.
    for (let i = 5; i > Number(key); i--) await setImmediate();
    return { text: key };
  });
  const outcomes = await sender.send(questions(5), listening().listener, {});
  t.deepEqual(
    outcomes.map((outcome) => outcome.kind === 'reply' && outcome.reply.text),
    ['0', '1', '2', '3', '4'],
  );
  t.deepEqual(await sender.send([], listening().listener, {}), []);
});

test('the first that it ever sends goes alone', async (t) => {
  let [atOnce, most] = [0, 0];
  const { sender, asked } = senderOf(async ({ key }) => {
    atOnce++;
    if (asked.length > 1 && most === 0) most = atOnce;
    await setImmediate();
    await setImmediate();
    atOnce--;
    return { text: key };
  });
  const sending = sender.send(questions(9), listening().listener, {});
  await setImmediate();
  t.is(asked.length, 1);
  await sending;
  // Then as many as may go: the second didn't wait for any.
  t.is(most, 1);
  t.is(asked.length, 9);
});

test('a reply isn’t an outcome before the listener has kept it', async (t) => {
  let isKept = false;
  const { sender } = senderOf(() => ({ text: 'yes' }));
  const { listener } = listening({
    async replied() {
      await setImmediate();
      isKept = true;
    },
  });
  await sender.send([question('a')], listener, {});
  t.true(isKept);
});

test('sending, lost and replied are told of each attempt', async (t) => {
  const { sender, timer } = senderOf((_, n) => {
    if (n === 0) throw faultOf('unreachable', 'again');
    return { text: 'yes' };
  });
  const { told, listener } = listening();
  const sent = sender.send([question('a')], listener, {});
  await timer.run();
  await sent;
  t.deepEqual(told, ['sending a', 'lost a no', 'sending a', 'replied a']);
});

test('what the listener throws ends it, and those under way are still heard', async (t) => {
  const spent = new Error('spent');
  const kept: string[] = [];
  let sent = 0;
  const { sender, asked } = senderOf(async ({ key }) => {
    await setImmediate();
    await setImmediate();
    return { text: key };
  });
  const { listener } = listening({
    sending() {
      if (++sent > 4) throw spent;
    },
    replied: ({ key }) => void kept.push(key),
  });
  t.is(await t.throwsAsync(sender.send(questions(20), listener, {})), spent);
  // All that were sent are kept, and no other one was.
  t.deepEqual(kept.sort(), asked.sort());
  t.is(asked.length, 4);
});

test('a listener that can’t keep replies ends it, too', async (t) => {
  const full = new Error('the disk is full');
  const { sender, asked } = senderOf(() => ({ text: 'yes' }));
  const { listener } = listening({
    replied() {
      throw full;
    },
  });
  t.is(await t.throwsAsync(sender.send(questions(20), listener, {})), full);
  t.is(asked.length, 1);
});

test('where no question would be answered the others aren’t sent, and have its error', async (t) => {
  const { sender, asked } = senderOf(() => {
    throw faultOf('refused', 'never', 401);
  });
  const outcomes = await sender.send(questions(3), listening().listener, {});
  t.is(asked.length, 1);
  t.true(outcomes.every((outcome) => outcome.kind === 'failed' && /said no/.test(String(outcome.error))));
  // It is asked again the next time: the key may have been put right.
  await sender.send(questions(3), listening().listener, {});
  t.is(asked.length, 2);
});

test('a question that the provider refuses is its own fault', async (t) => {
  const { sender } = senderOf(({ key }) => {
    if (key === '0' || key === '2') throw faultOf('refused', 'never', 400);
    return { text: key };
  });
  const outcomes = await sender.send(questions(4), listening().listener, {});
  t.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['failed', 'reply', 'failed', 'reply'],
  );
});

test('after twenty in a row without an answer no more are sent', async (t) => {
  const { sender, asked } = senderOf(({ key }) => {
    if (Number(key) > 0) throw faultOf('refused', 'never', 400);
    return { text: key };
  }, 1);
  const outcomes = await sender.send(questions(100), listening().listener, {});
  t.is(asked.length, 21);
  t.is(outcomes.filter(({ kind }) => kind === 'failed').length, 99);
});

test('an abort rejects with its reason', async (t) => {
  const stop = new AbortController();
  const { sender, asked } = senderOf(() => new Promise<never>(() => {}));
  const { told, listener } = listening();
  const sent = sender.send(questions(5), listener, { signal: stop.signal });
  await setImmediate();
  const reason = new Error('enough');
  stop.abort(reason);
  t.is(await t.throwsAsync(sent), reason);
  t.deepEqual([asked.length, told], [1, ['sending 0', 'lost 0 maybe']]);
  t.is(await t.throwsAsync(sender.send(questions(1), listener, { signal: stop.signal })), reason);
});
