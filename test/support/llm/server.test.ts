import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { LlmServer, type LlmServerOptions } from './index.js';
import type { SpokenToken } from './logprobs.js';

const LABELS = { spam: 0.7, spare: 0.2, ham: 0.1 };
const schema = { type: 'object', properties: { label: { enum: Object.keys(LABELS) } } };
const response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };

interface Completion {
  readonly id: string;
  readonly choices: readonly {
    readonly message: { readonly content: string | null };
    readonly logprobs: { readonly content: readonly SpokenToken[] };
  }[];
  readonly usage: { readonly prompt_tokens: number };
}

interface Embedded {
  readonly data: readonly { readonly index: number; readonly embedding: number[] }[];
}

interface Batch {
  readonly id: string;
  readonly status: string;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
}

/** What the server replied, of a shape that the test then looks at. */
async function jsonOf<Shape>(response: Promise<Response>): Promise<Shape> {
  return (await (await response).json()) as Shape;
}

async function serve(t: ExecutionContext, options: Partial<LlmServerOptions> = {}) {
  const server = new LlmServer({ speak: (messages, n) => `${messages[0].content} ${n}`, ...options });
  const url = await server.start();
  t.teardown(() => server.stop());
  const send = (path: string, init: RequestInit) => fetch(`${url}/v1${path}`, init);
  const post = (path: string, body: unknown, headers = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const ask = (content: string, more = {}) =>
    post('/chat/completions', { model: 'small', messages: [{ role: 'user', content }], ...more });
  return { server, send, post, ask };
}

test('what is said is the function’s, which knows how often it was asked', async (t) => {
  const { server, ask } = await serve(t);
  const [first] = [await jsonOf<Completion>(ask('a')), await jsonOf<Completion>(ask('b'))];
  t.is(first.choices[0].message.content, 'a 0');
  t.deepEqual(first.usage.prompt_tokens, 5);
  const again = await jsonOf<Completion>(ask('a'));
  t.is(again.choices[0].message.content, 'a 1');
  t.not(again.id, first.id);
  t.is(server.timesAsked([{ role: 'user', content: 'a' }]), 2);
});

test('a cache answers with the same id', async (t) => {
  const { ask } = await serve(t, { caches: true });
  const [first, again] = [await jsonOf<Completion>(ask('a')), await jsonOf<Completion>(ask('a'))];
  t.deepEqual(again, first);
});

test('answers have the form that is asked for, and log-probabilities of what else might stand there', async (t) => {
  const { ask } = await serve(t, { speak: () => ({ text: 'spam', probabilities: LABELS }) });
  const more = { response_format, logprobs: true, top_logprobs: 3 };
  const { choices } = await jsonOf<Completion>(ask('a', more));
  t.is(choices[0].message.content, '{"label":"spam"}');
  const { content } = choices[0].logprobs;
  t.deepEqual(
    content.map(({ token }: { token: string }) => token),
    ['{"label":"', 'spa', 'm', '"}'],
  );
  const [, first, second] = content;
  const shares = (tops: SpokenToken['top_logprobs']) =>
    tops.map(({ token, logprob }) => [token, Number(Math.exp(logprob).toFixed(6))]);
  t.deepEqual(shares(first.top_logprobs), [
    ['spa', 0.9],
    ['ham', 0.1],
  ]);
  t.deepEqual(shares(second.top_logprobs), [
    ['m', 0.777778],
    ['re', 0.222222],
  ]);
});

test('a server without an ability refuses it, or ignores it', async (t) => {
  const refusing = await serve(t, { structured: 'refused' });
  t.is((await refusing.ask('a', { response_format })).status, 400);
  const bare = await serve(t, { structured: 'ignored', logprobs: false, usage: false });
  const reply = await jsonOf<Completion>(bare.ask('a', { response_format, logprobs: true }));
  t.deepEqual(
    [reply.choices[0].message.content, reply.choices[0].logprobs, reply.usage],
    ['a 0', null, undefined],
  );
});

test('faults come in turn', async (t) => {
  const { server, ask } = await serve(t);
  server.faults.push(
    { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
    { kind: 'html' },
    { kind: 'says', text: null },
    { kind: 'cut', at: 'before' },
    { kind: 'cut', at: 'within' },
    { kind: 'hang' },
  );
  const busy = await ask('a');
  t.deepEqual([busy.status, busy.headers.get('retry-after')], [429, '2']);
  t.regex(await (await ask('a')).text(), /^<!doctype/);
  t.is((await jsonOf<Completion>(ask('a'))).choices[0].message.content, null);
  await t.throwsAsync(ask('a'));
  await t.throwsAsync(async () => (await ask('a')).text());
  const hanging = t.throwsAsync(ask('a'));
  while (server.charged.length < 4) await setImmediate();
  await server.stop();
  await hanging;
  // Refusals and pages are charged to nobody; what is lost on its way is.
  t.is(server.charged.length, 4);
});

test('keys are demanded, and long prompts refused', async (t) => {
  const { post, ask } = await serve(t, { key: 'k', contextTokens: 10 });
  t.is((await ask('a')).status, 401);
  const messages = [{ role: 'user', content: 'a'.repeat(100) }];
  const long = post('/chat/completions', { messages }, { authorization: 'Bearer k' });
  const { error } = await jsonOf<{ error: { code: string } }>(long);
  t.is(error.code, 'context_length_exceeded');
});

test('limits hold in a window, and are told', async (t) => {
  let time = 0;
  const { ask } = await serve(t, {
    limits: { requests: 2, tokens: 1_000, windowMs: 90_000, now: () => time },
  });
  await ask('a');
  const second = await ask('a');
  t.is(second.headers.get('x-ratelimit-remaining-requests'), '0');
  t.is(second.headers.get('x-ratelimit-reset-requests'), '1m30s');
  time = 1_000;
  const third = await ask('a');
  t.deepEqual([third.status, third.headers.get('retry-after-ms')], [429, '89000']);
  time = 90_000;
  t.is((await ask('a')).status, 200);
});

test('embeddings in both encodings, in no order', async (t) => {
  const { post } = await serve(t);
  const input = ['aab', 'c'];
  const { data } = await jsonOf<Embedded>(post('/embeddings', { input, dimensions: 4 }));
  t.deepEqual(
    data.map(({ index }: { index: number }) => index),
    [1, 0],
  );
  t.is(data[1].embedding.length, 4);
  type Encoded = { readonly data: readonly { readonly embedding: string }[] };
  const base64 = await jsonOf<Encoded>(
    post('/embeddings', { input, dimensions: 4, encoding_format: 'base64' }),
  );
  const bytes = Buffer.from(base64.data[1].embedding, 'base64');
  t.deepEqual(
    [...new Float32Array(bytes.buffer, bytes.byteOffset, 4)],
    [...Float32Array.from(data[1].embedding)],
  );
});

for (const end of ['completed', 'expired', 'failed'] as const) {
  test(`a batch that is ${end}`, async (t) => {
    const { server, send, post } = await serve(t, {
      batches: {
        polls: 2,
        end: () => end,
        lineFault: ([{ content }]) =>
          content === '2' ? { status: 400, code: 'bad', message: 'no' } : undefined,
      },
    });
    const lines = [0, 1, 2].map((i) => ({
      custom_id: `row-${i}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'small', messages: [{ role: 'user', content: String(i) }] },
    }));
    const form = new FormData();
    form.append('purpose', 'batch');
    form.append('file', new Blob([lines.map((line) => JSON.stringify(line)).join('\n')]), 'b.jsonl');
    const { id: input_file_id } = await jsonOf<{ id: string }>(
      send('/files', { method: 'POST', body: form }),
    );
    const request = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' };
    const made = await jsonOf<Batch>(post('/batches', request));
    const look = () => jsonOf<Batch>(send(`/batches/${made.id}`, {}));
    t.is(made.status, 'in_progress');
    t.is((await look()).status, 'in_progress');
    await look();
    const ended = await look();
    t.is(ended.status, end);
    const linesOf = async (id: string | null) =>
      (await (await send(`/files/${id}/content`, {})).text())
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    if (end === 'failed') {
      t.is(ended.output_file_id, null);
      return;
    }
    const answers = await linesOf(ended.output_file_id);
    const errors = await linesOf(ended.error_file_id);
    const told = answers.map(({ custom_id, response }) => [
      custom_id,
      response.body.choices[0].message.content,
    ]);
    const failed = errors.map(({ custom_id, response, error }) => [
      custom_id,
      error?.code ?? response.body.error.code,
    ]);
    // Every other line of an expired batch was answered.
    t.deepEqual(
      [told, failed],
      end === 'completed'
        ? [
            [
              ['row-1', '1 0'],
              ['row-0', '0 0'],
            ],
            [['row-2', 'bad']],
          ]
        : [
            [['row-0', '0 0']],
            [
              ['row-1', 'batch_expired'],
              ['row-2', 'bad'],
            ],
          ],
    );
    t.is(server.charged.length, told.length);
  });
}
