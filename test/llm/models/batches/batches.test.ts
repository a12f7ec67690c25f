import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { BudgetStop, JournalError, ServerError } from '../../../../lib/errors.js';
import { type BatchEndpoint, batchSender, openAiBatches } from '../../../../llm/models/batches/index.js';
import type { ChatReply, Outcome } from '../../../../llm/models/index.js';
import { type AskerOptions, askerOf } from '../../../../llm/models/paid/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { folderFor } from '../../../support/files.js';
import { type BatchScript, LlmServer, PlainSender, questionOf } from '../../../support/llm/index.js';

const identity = { model: 'small', prompt: 'p', parameters: '{}' };
const texts = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'reply' ? outcome.reply.text : outcome.error));
const round = { isRound: true };
const rows = (count: number, ask = 0) => Array.from({ length: count }, (_, i) => questionOf(`row ${i}`, ask));

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

function replyOf(body: unknown): ChatReply {
  if (typeof body !== 'object' || body === null || !('choices' in body)) {
    throw new ServerError('small', 'malformed', 'no completion');
  }
  const { choices, usage } = body as Completion; // The server's own.
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return { text: choices[0].message.content, usage: { input, cached: 0, output } };
}

/** Sends as an endpoint does. */
async function sendTo(
  url: string,
  path: string,
  { method, body }: Parameters<BatchEndpoint['send']>[1],
  signal: AbortSignal,
): Promise<{ readonly text: string }> {
  const isForm = body instanceof FormData;
  const headers = {
    authorization: 'Bearer k-1',
    ...(!isForm && body !== undefined && { 'content-type': 'application/json' }),
  };
  const init = {
    method,
    headers,
    signal,
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  };
  const response = await fetch(`${url}/v1${path}`, init);
  const text = await response.text();
  if (!response.ok)
    throw new ServerError('small', response.status >= 500 ? 'busy' : 'refused', text, response.status);
  return { text };
}

interface Setting extends Partial<Omit<AskerOptions, 'sender' | 'batches'>> {
  readonly pollMs?: number;
  readonly maxRequests?: number;
  readonly maxBytes?: number;
  readonly tries?: number;
  readonly isLiveRest?: boolean;
  readonly hasBatches?: boolean;
  /** Makes a request fail: before or after the server has it. */
  readonly cuts?: (path: string, method: string) => 'before' | 'after' | undefined;
  /** What a request brings in place of the server's reply. */
  readonly instead?: (path: string) => string | undefined;
}

async function serve(t: ExecutionContext, script: BatchScript = {}) {
  const server = new LlmServer({
    speak: ([{ content }]) => content.toUpperCase(),
    batches: script,
    key: 'k-1',
  });
  const url = await server.start();
  t.teardown(() => server.stop());
  const timer = new FakeTimer();
  const live = new PlainSender(({ messages }) => ({ text: `live ${messages[0].content}` }));
  const asker = (setting: Setting = {}) => {
    const {
      pollMs,
      maxRequests,
      maxBytes,
      tries,
      isLiveRest,
      hasBatches = true,
      cuts,
      instead,
      ...own
    } = setting;
    const send: BatchEndpoint['send'] = async (path, request, signal) => {
      const cut = cuts?.(path, request.method);
      if (cut === 'before') throw new ServerError('small', 'unreachable', 'cut');
      const reply = await sendTo(url, path, request, signal);
      if (cut === 'after') throw new ServerError('small', 'unreachable', 'cut');
      return { text: instead?.(path) ?? reply.text };
    };
    return askerOf({
      identity,
      maxTokens: 8,
      ...own,
      sender: live,
      batches: hasBatches
        ? (records) =>
            batchSender({
              model: 'small',
              api: openAiBatches({ model: 'small', endpoint: { send } }),
              records,
              bodyOf: ({ messages }) => ({ model: 'small', messages }),
              replyOf,
              timer,
              random: () => 0,
              ...{ pollMs, maxRequests, maxBytes, tries },
              ...(isLiveRest && { rest: live }),
            })
        : undefined,
    });
  };
  /** Lets time pass while something is waited for. */
  const during = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) {
      await timer.pass(1_000);
      await new Promise((resolve) => setTimeout(resolve));
    }
    return work;
  };
  return { server, asker, live, during, timer };
}

test('a round goes as one batch, both asks in it; what is asked alone goes at once', async (t) => {
  const { server, asker, live, during } = await serve(t, { polls: 3 });
  const model = asker();
  const both = [model.ask(rows(3), round), model.ask(rows(3, 1), round)];
  const [first, second] = await during(Promise.all(both));
  t.deepEqual(texts(first), ['ROW 0', 'ROW 1', 'ROW 2']);
  t.deepEqual(texts(second), ['ROW 0', 'ROW 1', 'ROW 2']);
  t.true(first.every((each) => each.kind === 'reply' && each.reply.isBatch));
  t.is(server.room.batches.length, 1);
  t.is(server.charged.length, 6);
  t.deepEqual(texts(await during(model.ask([questionOf('b')], {}))), ['live b']);
  t.is(live.sent.length, 1);
  // The answers of a round are there for those who ask one by one.
  t.deepEqual(texts(await during(model.ask([questionOf('row 1')], {}))), ['ROW 1']);
  t.is(server.charged.length, 6);
});

test('a batch is cut to what the server takes', async (t) => {
  const { server, asker, during } = await serve(t);
  await during(asker({ maxRequests: 4 }).ask(rows(10), round));
  t.deepEqual(
    server.room.batches.map(({ request_counts: { total } }) => total),
    [4, 4, 2],
  );
  const small = await serve(t);
  await small.during(small.asker({ maxBytes: 500 }).ask(rows(5), round));
  t.is(small.server.room.batches.length, 3);
  for (const [name, text] of small.server.room.files) {
    if (text.includes('"method"')) t.true(text.length <= 500, name);
  }
});

for (const end of ['expired', 'cancelled', 'failed'] as const) {
  test(`what a batch that is ${end} has left goes in the next`, async (t) => {
    const { server, asker, during } = await serve(t, { end: (n) => (n === 0 ? end : 'completed') });
    const model = asker({ prices: { input: 1e6, output: 1e6 } });
    const outcomes = await during(model.ask(rows(5), round));
    t.deepEqual(texts(outcomes), ['ROW 0', 'ROW 1', 'ROW 2', 'ROW 3', 'ROW 4']);
    t.deepEqual(
      server.room.batches.map(({ request_counts: { total } }) => total),
      end === 'failed' ? [5, 5] : [5, 2],
    );
    t.is(server.charged.length, 5);
    const { unknown, unpaid, underWay, reserved } = await model.account();
    t.deepEqual([unknown, unpaid, underWay, reserved], [0, end === 'failed' ? 5 : 2, 0, 0]);
  });
}

test('what no batch answers has no answer, or is asked at once', async (t) => {
  const script: BatchScript = { end: () => 'expired', isAnswered: (line) => line > 0 };
  const { server, asker, during } = await serve(t, script);
  const [failed, ...others] = await during(asker({ tries: 2 }).ask(rows(3), round));
  t.is(failed.kind, 'failed');
  t.deepEqual(texts(others), ['ROW 1', 'ROW 2']);
  t.is(server.room.batches.length, 2);
  const { asker: liveRest, during: while2, live } = await serve(t, script);
  const outcomes = await while2(liveRest({ tries: 2, isLiveRest: true }).ask(rows(3), round));
  t.deepEqual(texts(outcomes), ['live row 0', 'ROW 1', 'ROW 2']);
  t.is(live.sent.length, 1);
});

test('lines that are refused are told apart from those that may be sent again', async (t) => {
  const { server, asker, during } = await serve(t, {
    lineFault: ([{ content }], n) =>
      content === 'row 1'
        ? { status: 400, code: 'context_length_exceeded', message: 'too long' }
        : content === 'row 2' && n === 0
          ? { status: 503, code: 'overloaded', message: 'later' }
          : undefined,
  });
  const [first, refused, third] = await during(asker().ask(rows(3), round));
  t.deepEqual(texts([first, third]), ['ROW 0', 'ROW 2']);
  const [error] = texts([refused]);
  t.true(error instanceof ServerError && error.reason === 'refused' && /too long/.test(error.message));
  t.is(server.room.batches.length, 2);
});

test('a page in place of answers isn’t taken for none: they are paid for, and fetched again', async (t) => {
  const { server, asker, during } = await serve(t);
  const journal = join(await folderFor(t), 'answers.journal');
  const behind = asker({
    journal,
    instead: (path) => (path.endsWith('/content') ? '<html>sign in' : undefined),
  });
  await t.throwsAsync(during(behind.ask(rows(3), round)), { instanceOf: ServerError, message: /run again/ });
  await behind.close();
  const outcomes = await during(asker({ journal }).ask(rows(3), round));
  t.deepEqual(texts(outcomes), ['ROW 0', 'ROW 1', 'ROW 2']);
  t.deepEqual([server.room.batches.length, server.charged.length], [1, 3]);
});

test('an abort leaves the batch to the server; the next run fetches it', async (t) => {
  const { server, asker, during, timer } = await serve(t, { polls: 5 });
  const journal = join(await folderFor(t), 'answers.journal');
  const first = asker({ journal });
  const stop = new AbortController();
  const asked = first.ask(rows(4), { ...round, signal: stop.signal });
  asked.catch(() => undefined);
  while (server.room.batches.length === 0) {
    await timer.pass(1_000);
    await new Promise((resolve) => setTimeout(resolve));
  }
  while ((await first.account()).underWay < 4) await new Promise((resolve) => setTimeout(resolve));
  stop.abort(new Error('enough'));
  await t.throwsAsync(asked, { message: 'enough' });
  await first.close();
  // Fetched for rows that nobody asks for now, too; and one that is pending isn't asked at once.
  await using second = asker({ journal });
  t.deepEqual(texts(await during(second.ask([questionOf('row 2')], {}))), ['ROW 2']);
  t.is((await second.account()).answers, 4);
  t.is(server.room.batches.length, 1);
  t.is(server.charged.length, 4);
});

test('a batch that the server does not know any more, or never had, keeps nobody waiting', async (t) => {
  for (const fate of ['gone', 'never there'] as const) {
    const { server, asker, during, timer } = await serve(t, { polls: 100 });
    const journal = join(await folderFor(t), 'answers.journal');
    let isCut = true;
    const cuts = (path: string, method: string) =>
      fate === 'never there' && isCut && path.startsWith('/batches') && method === 'POST'
        ? ('before' as const)
        : undefined;
    const first = asker({ journal, cuts });
    const stop = new AbortController();
    const asked = first.ask(rows(3), { ...round, signal: stop.signal });
    asked.catch(() => undefined);
    while (server.room.files.size === 0) {
      await timer.pass(10);
      await new Promise((resolve) => setTimeout(resolve));
    }
    while ((await first.account()).underWay < 3) await new Promise((resolve) => setTimeout(resolve));
    const isSent = async () => (await readFile(journal, 'utf8')).includes('"sent"');
    if (fate === 'gone') while (!(await isSent())) await timer.pass(10);
    stop.abort(new Error('enough'));
    await t.throwsAsync(asked);
    await first.close();
    isCut = false;
    server.room.batches.splice(0);
    await using second = asker({ journal, prices: { input: 1, output: 1 } });
    const again = second.ask(rows(3), round);
    while (server.room.batches.length === 0) {
      await timer.pass(10_000);
      await new Promise((resolve) => setTimeout(resolve));
    }
    t.is(texts(await during(again)).length, 3);
    // Where the server had one, its lines may have been paid for; where it never had, they weren't.
    t.is((await second.account()).unknown, fate === 'gone' ? 3 : 0);
  }
});

test('without batch what a batch holds is not paid for twice', async (t) => {
  const { server, asker, timer } = await serve(t, { polls: 100 });
  const journal = join(await folderFor(t), 'answers.journal');
  await using first = asker({ journal });
  const stop = new AbortController();
  const asked = first.ask(rows(2), { ...round, signal: stop.signal });
  asked.catch(() => undefined);
  while (server.room.batches.length === 0) {
    await timer.pass(1_000);
    await new Promise((resolve) => setTimeout(resolve));
  }
  stop.abort(new Error('enough'));
  await t.throwsAsync(asked);
  await using second = asker({ journal, hasBatches: false });
  const error = await t.throwsAsync(second.ask(rows(2), round), { instanceOf: JournalError });
  t.deepEqual(error?.differ, ['batch']);
});

test('a batch whose answer to its making was lost is found by its name', async (t) => {
  const { server, asker, during } = await serve(t);
  let cut = 0;
  const cuts = (path: string, method: string) =>
    path === '/batches' && method === 'POST' && cut++ === 0 ? ('after' as const) : undefined;
  t.is(texts(await during(asker({ cuts }).ask(rows(3), round))).length, 3);
  t.is(server.room.batches.length, 1);
  t.is(server.charged.length, 3);
  // One that never came there is made again.
  const other = await serve(t);
  let times = 0;
  const never = (path: string, method: string) =>
    path === '/batches' && method === 'POST' && times++ < 2 ? ('before' as const) : undefined;
  await other.during(other.asker({ cuts: never }).ask(rows(3), round));
  t.is(other.server.room.batches.length, 1);
});

test('connections that fail while a batch is looked at cost nothing', async (t) => {
  const { server, asker, during } = await serve(t, { polls: 2 });
  let calls = 0;
  const cuts = () => (calls++ % 3 === 1 ? ('after' as const) : undefined);
  const model = asker({ cuts });
  t.is(texts(await during(model.ask(rows(4), round))).filter((each) => typeof each === 'string').length, 4);
  t.is(server.charged.length, 4);
  t.is((await model.account()).unknown, 0);
});

test('a budget cuts a round to what it has money for, and goes on with what that leaves', async (t) => {
  const { server, asker, during } = await serve(t);
  // Bytes limit the tokens of a prompt: 36 of them, 9 are charged; answers 8 of which 2 are.
  const prices = { input: 1e6, output: 1e6 };
  const model = asker({ prices, maxPrice: 200 });
  const stop = await during(
    model.ask(rows(30), round).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  t.true(stop instanceof BudgetStop);
  const { spent, answers, reserved } = await model.account();
  t.true(spent <= 200);
  t.is(answers, server.charged.length);
  t.is(reserved, 0);
  t.true(server.room.batches.length > 1 && answers > 6);
});
