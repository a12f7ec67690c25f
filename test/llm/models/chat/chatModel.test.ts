import { inspect } from 'node:util';
import test from 'ava';
import { chatModel } from '../../../../entries/llm.js';
import { ModelError, OptionError, ServerError } from '../../../../index.js';
import { random } from '../../../../lib/stats/index.js';
import { LABELS, notes, prompt, scoresOf, serveNotes, textIn } from './world.js';

const quick = { labels: LABELS, prompt, random: () => 0 } as const;
const KEY = 'sk-secret-0123456789abcdef';

test('rows are asked about, and answers are the labels’ scores', async (t) => {
  const { server, at } = await serveNotes(t);
  const model = chatModel({ ...quick, ...at });
  t.deepEqual([model.name, model.labels, model.classes, model.readsRows], ['small', LABELS, 2, true]);
  t.deepEqual(await scoresOf(model, notes('s', 'h', 's')), [0, 1, 1, 0, 0, 1]);
  // Equal texts are one question.
  t.is(server.charged.length, 2);
  t.deepEqual(model.counts, {
    asked: 3,
    parsed: 3,
    retried: 0,
    unparsed: { refusal: 0, cut: 0, other: 0 },
    refused: 0,
    tokens: { input: 20, cached: 0, output: 8 },
  });
});

test('what is asked for: a form, no temperature, a limit of tokens, and fields of the user’s', async (t) => {
  const { server, at } = await serveNotes(t);
  const extra = { reasoning_effort: 'low' };
  const model = chatModel({ ...quick, ...at, seed: 7, maxTokens: 5, extra, headers: { 'x-team': 'mail' } });
  await scoresOf(model, notes('s'));
  const [{ path, headers, body }] = server.seen;
  t.deepEqual([path, headers['x-team'], headers.authorization], ['/v1/chat/completions', 'mail', undefined]);
  t.deepEqual(body, {
    model: 'small',
    messages: [{ role: 'user', content: prompt({ text: 's' }) }],
    temperature: 0,
    max_tokens: 5,
    seed: 7,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        strict: true,
        schema: {
          type: 'object',
          properties: { label: { type: 'string', enum: ['ham', 'spam'] } },
          required: ['label'],
          additionalProperties: false,
        },
      },
    },
    reasoning_effort: 'low',
  });
});

test('numbers of a range are a model of numbers', async (t) => {
  const { server, at } = await serveNotes(t, { speak: ([{ content }]) => content });
  const stars = { labels: { min: 1, max: 5 }, prompt: ({ text }: { text: string }) => text };
  const model = chatModel({ ...stars, ...at, unparsed: 3 });
  t.deepEqual([model.task, model.classes], ['regression', 1]);
  t.deepEqual(await scoresOf(model, notes('4', '2.5', '7', 'many')), [4, 2.5, 3, 3]);
  t.is(model.counts.unparsed.other, 2);
  t.is(server.charged.length, 6);
});

test('a server without structured answers is asked without, once that is known', async (t) => {
  const { server, at } = await serveNotes(t, { structured: 'refused' });
  const model = chatModel({ ...quick, ...at });
  t.deepEqual(await scoresOf(model, notes('s', 'h')), [0, 1, 1, 0]);
  t.regex(model.notes[0], /no structured answers/);
  // The first goes alone: one is refused, not all.
  t.is(server.seen.length, 3);
  const ignoring = await serveNotes(t, { structured: 'ignored' });
  t.deepEqual(await scoresOf(chatModel({ ...quick, ...ignoring.at }), notes('s')), [0, 1]);
});

for (const { field, message } of [
  { field: 'temperature', message: "Unsupported value: 'temperature' does not support 0 with this model" },
  {
    field: 'max_tokens',
    message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead",
  },
  { field: 'seed', message: "'seed' is not supported" },
]) {
  test(`a server that refuses ${field} is asked without it`, async (t) => {
    const { server, at } = await serveNotes(t);
    server.fault = ({ body }) =>
      typeof body === 'object' && body !== null && field in body
        ? { kind: 'status', status: 400, message }
        : undefined;
    const model = chatModel({ ...quick, ...at, seed: 1 });
    t.deepEqual(await scoresOf(model, notes('s')), [0, 1]);
    t.is(model.notes.length, 1);
  });
}

test('a temperature that was asked for isn’t given up', async (t) => {
  const { server, at } = await serveNotes(t);
  server.faults.push({ kind: 'status', status: 400, message: "'temperature' isn't supported" });
  const model = chatModel({ ...quick, ...at, temperature: 0.5 });
  const error = await t.throwsAsync(scoresOf(model, notes('s')), { instanceOf: ServerError });
  t.deepEqual([error.reason, error.status, error.row], ['refused', 400, 0]);
});

test('an answer that is none is asked for once more', async (t) => {
  const { server, at } = await serveNotes(t);
  server.faults.push({ kind: 'says', text: 'It might be spam' });
  const model = chatModel({ ...quick, ...at });
  t.deepEqual(await scoresOf(model, notes('h')), [1, 0]);
  t.deepEqual([model.counts.retried, model.counts.parsed], [1, 1]);
});

for (const [why, says] of [
  ['other', { text: 'ham or spam' }],
  ['refusal', { text: null }],
  ['cut', { text: 'spam', finish: 'length' }],
] as const) {
  test(`an answer that is none twice (${why}) is the label of the user’s choice, or none`, async (t) => {
    const { server, at } = await serveNotes(t);
    const fault = { kind: 'says', ...says } as const;
    server.faults.push(fault, undefined, fault);
    const model = chatModel({ ...quick, ...at });
    t.deepEqual(await scoresOf(model, notes('s', 'h')), [Number.NaN, Number.NaN, 1, 0]);
    t.is(model.counts.unparsed[why], 1);
    t.regex(model.unscored ?? '', /^unparsed: 1 answers, .* say by 'unparsed'/);
    server.faults.push(fault, fault);
    const chosen = chatModel({ ...quick, ...at, unparsed: 'ham' });
    t.deepEqual(await scoresOf(chosen, notes('s')), [1, 0]);
    t.is(chosen.counts.unparsed[why], 1);
  });
}

test('log-probabilities are the probabilities of labels', async (t) => {
  const probabilities = { ham: 0.25, spam: 0.75 };
  const { server, at } = await serveNotes(t, { speak: () => ({ text: 'spam', probabilities }) });
  const model = chatModel({ ...quick, ...at, logprobs: true });
  const [ham, spam] = await scoresOf(model, notes('s'));
  t.true(Math.abs(ham - 0.25) < 1e-9 && Math.abs(spam - 0.75) < 1e-9);
  const without = chatModel({ ...quick, ...at });
  t.deepEqual(await scoresOf(without, notes('s')), [0, 1]);
  server.fault = ({ body }) =>
    typeof body === 'object' && body !== null && 'logprobs' in body
      ? { kind: 'status', status: 400, message: 'logprobs are not supported' }
      : undefined;
  const refused = chatModel({ ...quick, ...at, logprobs: true });
  t.deepEqual(await scoresOf(refused, notes('s')), [0, 1]);
  t.regex(refused.notes[0], /no log-probabilities/);
});

test('a row that the server refuses has no answer, and others keep theirs', async (t) => {
  const { at } = await serveNotes(t, { contextTokens: 30 });
  const model = chatModel({ ...quick, ...at });
  t.deepEqual(await scoresOf(model, notes('s', 'h'.repeat(200))), [0, 1, Number.NaN, Number.NaN]);
  t.regex(model.unscored ?? '', /^refused: 1 rows \(.*maximum context length is 30/);
});

test('prompts longer than the context are refused before anything is asked', async (t) => {
  const { server, at } = await serveNotes(t);
  const long = notes('s', 'h'.repeat(900));
  const model = chatModel({ ...quick, ...at, contextTokens: 200 });
  const message = /row 1: its prompt has about 235 tokens, and 100 are for the answer: the context has 200/;
  await t.throwsAsync(scoresOf(model, long), { instanceOf: ModelError, message });
  await t.throwsAsync(async () => model.readAhead?.(long), { instanceOf: ModelError, message });
  t.is(server.seen.length, 0);
  const counted = chatModel({ ...quick, ...at, contextTokens: 200, countTokens: () => 100 });
  t.deepEqual(await scoresOf(counted, long), [0, 1, 1, 0]);
});

test('labels that the prompt doesn’t name are refused before anything is asked', async (t) => {
  const { server, at } = await serveNotes(t);
  const labels = [...LABELS, 'eggs'] as const;
  const model = chatModel({ ...quick, ...at, labels });
  const error = await t.throwsAsync(scoresOf(model, notes('s')), { instanceOf: OptionError });
  t.is(error.option, 'labels');
  t.regex(error.message, /never names "eggs" as words of their own/);
  const part = chatModel({ ...quick, ...at, labels: [LABELS[0], LABELS[0].slice(0, -1)] });
  await t.throwsAsync(scoresOf(part, notes('s')), { message: /never names/ });
  t.is(server.seen.length, 0);
  const trained = chatModel({ ...quick, ...at, labels, labelsInPrompt: false });
  t.deepEqual(await scoresOf(trained, notes('s')), [0, 1, 0]);
});

test('prompts that fail, or give no messages, are blamed on their row', async (t) => {
  const { at } = await serveNotes(t);
  const failing = ({ text }: { text: string }) => {
    if (text === 'x') throw new Error('no such mail');
    return `ham or spam? ${text}`;
  };
  const model = chatModel({ ...quick, ...at, prompt: failing });
  await t.throwsAsync(scoresOf(model, notes('s', 'x')), {
    instanceOf: ModelError,
    message: /row 1: 'prompt' failed: no such mail/,
  });
  const empty = chatModel({ ...quick, ...at, prompt: () => [] });
  await t.throwsAsync(scoresOf(empty, notes('s')), { message: /'prompt' gave an array of 0; expected text/ });
});

test('asked a second time on purpose, rows are asked again; a cache is found', async (t) => {
  const flipping = await serveNotes(t, { speak: (_, n) => LABELS[n % 2] });
  const model = chatModel({ ...quick, ...flipping.at });
  t.deepEqual(await scoresOf(model, notes('a', 'b')), [1, 0, 1, 0]);
  t.deepEqual(await scoresOf(model, notes('a', 'b'), { ask: 1 }), [0, 1, 0, 1]);
  const caching = await serveNotes(t, { caches: true });
  const cached = chatModel({ ...quick, ...caching.at });
  await scoresOf(cached, notes('a', 'b'));
  await t.throwsAsync(scoresOf(cached, notes('a', 'b'), { ask: 1 }), {
    instanceOf: ModelError,
    message: /asked a second time with its first answer \(chatcmpl-\d\): a cache/,
  });
});

test('a cache is found in whichever order rows are asked twice', async (t) => {
  const { at } = await serveNotes(t, { caches: true });
  const model = chatModel({ ...quick, ...at });
  await scoresOf(model, notes('a', 'b'), { ask: 1 });
  await t.throwsAsync(scoresOf(model, notes('a', 'b')), { instanceOf: ModelError, message: /a cache/ });
});

test('names that are drawn among a few tell nothing of a cache', async (t) => {
  const drawn = random(1);
  // As Ollama's.
  const generate = () => ({ text: 'ham', id: `chatcmpl-${Math.floor(999 * drawn.uniform())}` });
  const model = chatModel({ ...quick, model: 'm', generate });
  for (let i = 0; i < 3_000; i++) {
    const row = notes(`note ${i}`);
    for (const ask of [0, 1]) t.deepEqual(await scoresOf(model, row, { ask }), [1, 0]);
  }
});

test('ids that every answer has alike tell nothing of a cache', async (t) => {
  const model = chatModel({ ...quick, model: 'm', generate: () => ({ text: 'ham', id: 'same' }) });
  await scoresOf(model, notes('a', 'b'));
  t.deepEqual(await scoresOf(model, notes('a', 'b'), { ask: 1 }), [1, 0, 1, 0]);
});

test('a reply of another dated model is an error', async (t) => {
  const { at } = await serveNotes(t, { dated: (n) => `small-2026-0${n + 1}` });
  const model = chatModel({ ...quick, ...at });
  await scoresOf(model, notes('a'));
  await t.throwsAsync(scoresOf(model, notes('b')), {
    instanceOf: ModelError,
    message: /is now 'small-2026-02', and was 'small-2026-01'/,
  });
});

for (const [asked, reply] of [
  ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
  ['gpt-4o-2024-08-06', 'gpt-4o'],
  ['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-07-18'],
  ['openai/gpt-4o-2024-08-06', 'openai/gpt-4o-2024-05-13'],
  ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet-20240620'],
  ['gemini-1.5-pro-001', 'gemini-1.5-pro-002'],
  ['gpt-4-0613', 'gpt-4-0314'],
  ['mistral-large-2411', 'mistral-large-2407'],
  ['command-r-08-2024', 'command-r-03-2024'],
  ['gemini-2.5-pro-preview-05-06', 'gemini-2.5-pro-preview-03-25'],
  ['ft:gpt-4o-mini-2024-07-18:us::one', 'gpt-4o-mini-2024-07-18'],
  ['ft:gpt-4o-mini-2024-07-18:us::one', 'ft:gpt-4o-mini-2024-07-18:us::two'],
]) {
  test(`of ${asked} no reply of ${reply} is taken, and one question is paid for`, async (t) => {
    const { server, at } = await serveNotes(t, { dated: reply });
    const model = chatModel({ ...quick, ...at, model: asked });
    const error = await t.throwsAsync(scoresOf(model, notes('a', 'b', 'c', 'd')), { instanceOf: ModelError });
    t.true(error?.message.includes(`answered as '${reply}', and '${asked}' was asked for`), error?.message);
    t.is(server.charged.length, 1);
    // Nor is it taken where it was paid for already.
    await t.throwsAsync(scoresOf(model, notes('a')), { instanceOf: ModelError });
    const renamed = chatModel({ ...quick, ...at, model: asked, repliesAs: reply });
    t.deepEqual(await scoresOf(renamed, notes('s')), [0, 1]);
    t.true(renamed.fingerprint?.startsWith(`${asked}@${reply}, `));
  });
}

for (const [asked, reply] of [
  ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
  ['gpt-4o-2024-08-06', 'openai/gpt-4o-2024-08-06'],
  ['openai/gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
  ['deepseek/deepseek-r1-0528:free', 'deepseek/deepseek-r1-0528'],
  ['us.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
  ['claude-3-5-haiku@20241022', 'claude-3-5-haiku-20241022'],
  ['gpt-35-turbo-0125', 'gpt-3.5-turbo-0125'],
  ['models/gemini-1.5-pro-002', 'gemini-1.5-pro-002'],
  // Without a date the first reply says which one it is.
  ['gpt-4o', 'gpt-4o-2024-08-06'],
  ['gpt-4.1', 'gpt-4.1-2025-04-14'],
  ['llama-3.1-8b-instruct-4096', 'llama'],
  ['my-deployment', 'gpt-4o'],
]) {
  test(`of ${asked} a reply of ${reply} is its own`, async (t) => {
    const { at } = await serveNotes(t, { dated: reply });
    t.deepEqual(await scoresOf(chatModel({ ...quick, ...at, model: asked }), notes('s')), [0, 1]);
  });
}

test('with the name that a gateway’s replies have no other one is taken', async (t) => {
  const { at } = await serveNotes(t, { dated: (n) => (n === 0 ? 'renamed' : 'another') });
  const model = chatModel({ ...quick, ...at, repliesAs: 'renamed' });
  t.true(model.fingerprint?.startsWith('small@renamed, '));
  await scoresOf(model, notes('a'));
  await t.throwsAsync(scoresOf(model, notes('b')), { message: /'another', and 'repliesAs' says 'renamed'/ });
  t.throws(() => chatModel({ ...quick, ...at, repliesAs: '' }), { instanceOf: OptionError });
});

test('the fingerprint has the dated name, the prompt and the parameters', async (t) => {
  const { at } = await serveNotes(t);
  const make = (more: object = {}) => chatModel({ ...quick, ...at, ...more });
  const model = make();
  t.regex(model.fingerprint ?? '', /^small, prompt [0-9a-f]{16}, parameters [0-9a-f]{16}$/);
  const before = model.fingerprint;
  await scoresOf(model, notes('s'));
  t.regex(model.fingerprint ?? '', /^small@small-2026-01-01, prompt /);
  for (const change of [
    { prompt: ({ text }: { text: string }) => `ham or spam? ${text}` },
    { prompt: ({ text }: { text: string }) => prompt({ text: text.slice(0, 2_000) }) },
    { temperature: 1 },
    { maxTokens: 3 },
    { seed: 3 },
    { unparsed: 'ham' },
    { structured: false },
    { version: '2' },
    { extra: { top_p: 0.5 } },
  ]) {
    t.not(make(change).fingerprint, before, inspect(change));
  }
  t.is(make({ timeoutMs: 10, name: 'other' }).fingerprint, before);
  const cutAt = (end: number) =>
    make({ prompt: ({ text }: { text: string }) => prompt({ text: text.slice(0, end) }) }).fingerprint;
  t.not(cutAt(2_000), cutAt(2_001));
  // Where it stands is no part of it, nor is a prompt that is written otherwise and says the same.
  t.is(make({ prompt: (row: { text: string }) => prompt(row) }).fingerprint, before);
});

test('a file’s fingerprint is recognised before a reply, and replies are then held to it', async (t) => {
  const { at } = await serveNotes(t);
  const saved = chatModel({ ...quick, ...at });
  await scoresOf(saved, notes('s'));
  const { fingerprint = '' } = saved;
  const loaded = chatModel({ ...quick, ...at });
  t.true(loaded.recognise?.(fingerprint));
  t.is(loaded.fingerprint, fingerprint);
  t.deepEqual(await scoresOf(loaded, notes('s')), [0, 1]);
  t.false(chatModel({ ...quick, ...at, seed: 3 }).recognise?.(fingerprint));
  const dated = await serveNotes(t, { dated: 'small-2026-09-09' });
  const moved = chatModel({ ...quick, ...dated.at });
  t.true(moved.recognise?.(fingerprint));
  await t.throwsAsync(scoresOf(moved, notes('s')), { message: /is now 'small-2026-09-09', and was/ });
});

test('prompts of what a row of names can’t stand for need a version', (t) => {
  const listing = (row: { texts: string[] }) =>
    `ham or spam? ${row.texts.map((text) => `- ${text}`).join('\n')}`;
  const options = { labels: LABELS, prompt: listing, model: 'm', generate: () => 'ham' } as const;
  const error = t.throws(() => chatModel(options), { instanceOf: OptionError });
  t.is((error as OptionError).option, 'version');
  t.notThrows(() => chatModel({ ...options, version: '1' }));
  // Texts themselves, their methods, and fields of fields.
  const given = { labels: LABELS, model: 'm', generate: () => 'ham' } as const;
  t.notThrows(() =>
    chatModel({ ...given, prompt: (row: string) => `ham or spam? ${row.slice(0, 3).trim()}` }),
  );
  const deep = ({ a }: { a: { b: string } }) => `ham or spam? ${a.b.toUpperCase()} ${a.b.length > 3 ? 1 : 0}`;
  t.notThrows(() => chatModel({ ...given, prompt: deep }));
});

test('a server that answers with a page is named as such, and asked no more', async (t) => {
  const { server, at } = await serveNotes(t);
  server.fault = () => ({ kind: 'html' });
  const model = chatModel({ ...quick, ...at });
  const error = await t.throwsAsync(scoresOf(model, notes('a', 'b', 'c')), { instanceOf: ServerError });
  t.deepEqual([error.reason, error.row], ['malformed', 0]);
  t.regex(error.message, /model 'small': row 0: answered with a web page: look at 'baseURL'/);
  t.is(server.seen.length, 1);
  t.is(server.charged.length, 0);
});

test('a wrong key ends it at once, and is never shown', async (t) => {
  const { server, at } = await serveNotes(t, { key: 'another' });
  const model = chatModel({ ...quick, ...at, apiKey: KEY });
  const error = await t.throwsAsync(scoresOf(model, notes('a', 'b')), { instanceOf: ServerError });
  t.is(server.seen[0].headers.authorization, `Bearer ${KEY}`);
  t.is(server.seen.length, 1);
  t.regex(error.message, /status 401: Incorrect API key provided: \[key\]\. Look at 'apiKey'/);
  const shown = [
    inspect(error, { depth: 20 }),
    JSON.stringify(error),
    inspect(model, { depth: 20, showHidden: true }),
  ];
  shown.push(JSON.stringify(model), model.fingerprint ?? '', String(error.stack));
  for (const text of shown) t.false(text.includes('0123456789'), text);
});

test('keys of headers aren’t shown either, and functions give keys anew', async (t) => {
  const { server, at } = await serveNotes(t);
  server.faults.push({ kind: 'status', status: 403, message: 'team-token-1 is unknown' });
  const headers = { 'api-key': 'team-token-1' };
  const model = chatModel({ ...quick, ...at, headers, apiKey: async () => KEY });
  const error = await t.throwsAsync(scoresOf(model, notes('a')), { instanceOf: ServerError });
  t.regex(error.message, /status 403: \[key\] is unknown/);
  t.is(server.seen[0].headers.authorization, `Bearer ${KEY}`);
  t.deepEqual(await scoresOf(model, notes('s')), [0, 1]);
});

test('a function that gives no key ends it before anything is sent', async (t) => {
  const { server, at } = await serveNotes(t);
  const failing = async () => {
    throw new Error('the vault is sealed');
  };
  for (const [apiKey, message] of [
    [failing, /no key to ask with: 'apiKey' failed \(the vault is sealed\)/],
    [() => '', /'apiKey' failed \(it gave no text/],
  ] as const) {
    const model = chatModel({ ...quick, ...at, apiKey });
    await t.throwsAsync(scoresOf(model, notes('a', 'b')), { instanceOf: ServerError, message });
  }
  t.is(server.seen.length, 0);
});

test('an account without money isn’t asked again', async (t) => {
  const { server, at } = await serveNotes(t);
  server.fault = () => ({
    kind: 'status',
    status: 429,
    code: 'insufficient_quota',
    message: 'You exceeded your quota',
  });
  const error = await t.throwsAsync(scoresOf(chatModel({ ...quick, ...at }), notes('a', 'b')), {
    instanceOf: ServerError,
  });
  t.regex(error.message, /no money left/);
  t.is(server.seen.length, 1);
});

test('an abort ends what waits, with its reason', async (t) => {
  const { server, at } = await serveNotes(t);
  server.fault = () => ({ kind: 'hang' });
  const stop = new AbortController();
  const model = chatModel({ ...quick, ...at });
  const waiting = scoresOf(model, notes('a', 'b'), { signal: stop.signal });
  while (server.seen.length === 0) await new Promise(setImmediate);
  const reason = new Error('enough');
  stop.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  t.is(server.seen.length, 1);
  await t.throwsAsync(scoresOf(model, notes('a'), { signal: stop.signal }), { message: 'enough' });
});

test('retries that may be charged are told to who limits them', async (t) => {
  const { server, at } = await serveNotes(t);
  const busy = { kind: 'status', status: 429, headers: { 'retry-after-ms': '1' } } as const;
  server.faults.push({ kind: 'cut', at: 'before' }, busy, { kind: 'says', text: 'well' });
  const told: number[] = [];
  const model = chatModel({ ...quick, ...at });
  t.deepEqual(await scoresOf(model, notes('s'), { onRetry: (rows) => void told.push(rows) }), [0, 1]);
  t.deepEqual(told, [1, 1]);
  server.faults.push({ kind: 'cut', at: 'before' });
  const spent = new Error('spent');
  const onRetry = () => {
    throw spent;
  };
  t.is(await t.throwsAsync(scoresOf(model, notes('s'), { onRetry })), spent);
});

test('progress is told, over a round that was announced', async (t) => {
  const { at } = await serveNotes(t);
  const told: number[][] = [];
  const model = chatModel({ ...quick, ...at, onProgress: ({ done, of }) => void told.push([done, of]) });
  await model.readAhead?.(notes('a', 'b', 'c'));
  await scoresOf(model, notes('a', 'b'));
  await scoresOf(model, notes('c'));
  t.deepEqual(told, [
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  // One that wasn't: the rows of the call.
  await scoresOf(model, notes('d'));
  t.deepEqual(told.at(-1), [1, 1]);
});

test('features’ numbers are refused', async (t) => {
  const model = chatModel({ ...quick, model: 'm', generate: () => 'ham' });
  const { denseBlock } = await import('../../../../lib/data/blocks/index.js');
  await t.throwsAsync(async () => model.score([denseBlock(1, 1, new Float32Array(1))], new Float64Array(2)), {
    message: /reads rows, and got the numbers of features/,
  });
});

test('a prompt’s text is found again in its messages', (t) => {
  t.is(textIn(prompt({ text: 'x' })), 'x');
});
