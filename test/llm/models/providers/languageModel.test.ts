import test from 'ava';
import { chatModel, embeddingsApi, type LanguageModelLike } from '../../../../entries/llm.js';
import { ModelError, ServerError } from '../../../../lib/errors.js';
import { member } from '../../../../lib/util/member.js';
import { loadPackage } from '../../../../lib/util/packages.js';
import { isHere } from '../../../support/packages.js';
import { LABELS, notes, prompt, scoresOf, serveNotes } from '../chat/world.js';

const quick = { labels: LABELS, prompt, random: () => 0 } as const;

/** A model of the AI SDK as its interface has it, V4 as V3. */
function languageModel(doGenerate: (options: unknown, n: number) => unknown) {
  const calls: unknown[] = [];
  const model: LanguageModelLike = {
    specificationVersion: 'v4',
    provider: 'own.chat',
    modelId: 'small',
    async doGenerate(options) {
      calls.push(options);
      return doGenerate(options, calls.length - 1);
    },
  };
  return { model, calls };
}

const said = (text: string, more: object = {}) => ({
  content: [{ type: 'text', text }],
  finishReason: { unified: 'stop', raw: 'stop' },
  usage: { inputTokens: { total: 20, cacheRead: 5 }, outputTokens: { total: 2 } },
  response: { id: 'r-1', modelId: 'small-2026-01-01' },
  warnings: [],
  ...more,
});

/** An error of the SDK's providers, as they make it. */
function callError(statusCode: number, message: string, responseHeaders: object = {}): Error {
  return Object.assign(new Error(message), { statusCode, responseHeaders, data: { error: { code: 'x' } } });
}

test('a model of the AI SDK is asked by its interface', async (t) => {
  const { model, calls } = languageModel(() => said('spam'));
  const system = (row: { text: string }) => [
    { role: 'system' as const, content: 'Say ham or spam.' },
    { role: 'user' as const, content: row.text },
  ];
  const extra = { openai: { reasoningEffort: 'minimal' } };
  const full = chatModel(model, { ...quick, prompt: system, seed: 3, maxTokens: 9, extra });
  t.is(full.name, 'small');
  t.deepEqual(await scoresOf(full, notes('s')), [0, 1]);
  const [{ abortSignal, ...call }] = calls as [{ abortSignal: unknown }];
  t.true(abortSignal instanceof AbortSignal);
  t.deepEqual<object, object>(call, {
    prompt: [
      { role: 'system', content: 'Say ham or spam.' },
      { role: 'user', content: [{ type: 'text', text: 's' }] },
    ],
    maxOutputTokens: 9,
    temperature: 0,
    seed: 3,
    responseFormat: {
      type: 'json',
      name: 'answer',
      schema: {
        type: 'object',
        properties: { label: { type: 'string', enum: ['ham', 'spam'] } },
        required: ['label'],
        additionalProperties: false,
      },
    },
    providerOptions: extra,
  });
  t.deepEqual(full.counts.tokens, { input: 20, cached: 5, output: 2 });
  t.regex(full.fingerprint ?? '', /^small@small-2026-01-01, /);
});

test('structured answers, refusals, cuts and texts of several parts', async (t) => {
  const replies = [
    said('', { content: [], structuredOutputText: '{"label":"spam"}' }),
    said('', {
      content: [
        { type: 'reasoning', text: 'h' },
        { type: 'text', text: 'h' },
        { type: 'text', text: 'am' },
      ],
    }),
    said('spam', { finishReason: { unified: 'content-filter' } }),
    said('spam', { finishReason: 'length' }),
  ];
  const { model } = languageModel((_, n) => replies[n]);
  const full = chatModel(model, quick);
  t.deepEqual(await scoresOf(full, notes('a')), [0, 1]);
  t.deepEqual(await scoresOf(full, notes('b')), [1, 0]);
  t.deepEqual(await scoresOf(full, notes('c')), [Number.NaN, Number.NaN]);
  t.is(full.counts.unparsed.cut, 1);
});

test('what the SDK’s providers throw is known by its status', async (t) => {
  const errors = [
    callError(429, 'slow down', { 'retry-after-ms': '1' }),
    callError(400, 'response_format of json_schema is not supported'),
    callError(400, 'temperature is not supported with this model'),
    Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
    }),
  ];
  const { model, calls } = languageModel((_, n) => {
    if (n < errors.length) throw errors[n];
    return said('ham');
  });
  const full = chatModel(model, quick);
  t.deepEqual(await scoresOf(full, notes('h')), [1, 0]);
  t.deepEqual(full.notes, ["it doesn't take structured answers", "it doesn't take a temperature of 0"]);
  const last = calls.at(-1);
  t.deepEqual([member(last, 'responseFormat'), member(last, 'temperature')], [undefined, undefined]);
});

test('its errors don’t show keys', async (t) => {
  // Of OpenAI, Azure, Google and Hugging Face.
  for (const key of [
    'sk-proj-0123456789abcdef',
    '0123456789abcdef0123456789abcdef',
    'AIzaSyA-123456789_abcdefghijklmnopqrstu',
    'hf_abcdefghijklmnopqrstuvwxyz12345678',
  ]) {
    const { model } = languageModel(() => {
      throw callError(401, `Incorrect API key provided: ${key}`);
    });
    const error = await t.throwsAsync(scoresOf(chatModel(model, quick), notes('h')), {
      instanceOf: ServerError,
    });
    t.regex(error.message, /status 401: Incorrect API key provided: \[key\]/);
    t.is(error.cause, undefined);
  }
});

test('warnings are notes, and results that are none errors', async (t) => {
  const warned = languageModel(() => said('ham', { warnings: [{ type: 'unsupported', feature: 'seed' }] }));
  const full = chatModel(warned.model, quick);
  await scoresOf(full, notes('a', 'b'));
  t.deepEqual(full.notes, ['its provider says: unsupported seed']);
  const { model } = languageModel(() => ({}));
  await t.throwsAsync(scoresOf(chatModel(model, quick), notes('a')), {
    message: /'doGenerate' gave what has no/,
  });
});

test('a caching middleware is found', async (t) => {
  const { model } = languageModel((call) => said('ham', { response: { id: JSON.stringify(call) } }));
  const full = chatModel(model, quick);
  await scoresOf(full, notes('a', 'b'));
  await t.throwsAsync(scoresOf(full, notes('a', 'b'), { ask: 1 }), {
    instanceOf: ModelError,
    message: /a cache/,
  });
});

const isInstalled = isHere('@ai-sdk/openai-compatible');
const live = isInstalled ? test : test.skip;

live(
  `a provider of the AI SDK itself${isInstalled ? '' : ' (left out: @ai-sdk/openai-compatible isn’t installed)'}`,
  async (t) => {
    const { server, at } = await serveNotes(t, {
      key: 'sk-0123456789',
      speak: ([, { content }]) => (content === 's' ? 'spam' : 'ham'),
    });
    const { baseURL } = at;
    const library = await loadPackage('@ai-sdk/openai-compatible');
    const create = member(library, 'createOpenAICompatible');
    const make = (apiKey: string): unknown =>
      typeof create === 'function'
        ? create({ name: 'own', baseURL, apiKey, supportsStructuredOutputs: true })
        : undefined;
    const modelOf = (provider: unknown, kind: string) => {
      const method = member(provider, kind);
      return typeof method === 'function' ? method.call(provider, 'small') : undefined;
    };
    const options = {
      ...quick,
      prompt: ({ text }: { text: string }) => [
        { role: 'system' as const, content: 'ham or spam?' },
        { role: 'user' as const, content: text },
      ],
    };
    const full = chatModel(modelOf(make('sk-0123456789'), 'chatModel') as LanguageModelLike, options);
    t.deepEqual(await scoresOf(full, notes('s', 'h')), [0, 1, 1, 0]);
    t.regex(full.fingerprint ?? '', /^small@small-2026-01-01, /);
    t.true(full.counts.tokens.input > 0);
    t.is(server.charged.length, 2);
    const wrong = chatModel(modelOf(make('sk-wrong-9876543210'), 'chatModel') as LanguageModelLike, options);
    const error = await t.throwsAsync(scoresOf(wrong, notes('s')), {
      instanceOf: ServerError,
      message: /\[key\]/,
    });
    t.false(error.message.includes('9876543210'));
    const encode = embeddingsApi(modelOf(make('sk-0123456789'), 'embeddingModel') as never);
    const [vector] = await encode(['aab'], { signal: new AbortController().signal });
    t.is(vector.length, 8);
  },
);
