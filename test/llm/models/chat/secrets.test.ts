import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import test from 'ava';
import { chatModel } from '../../../../entries/llm.js';
import { OptionError, ServerError } from '../../../../index.js';
import { folderFor } from '../../../support/files.js';
import { LABELS, notes, prompt, scoresOf } from './world.js';

/** Like no provider's: only who knows it can take it out. */
const key = 'opaque7secret7value7of7mine';
const server = { baseURL: 'http://127.0.0.1:1/v1', model: 'small', labels: LABELS, prompt, retries: 0 };

const said: Readonly<Record<string, () => Response>> = {
  'an error of status 200': () => Response.json({ error: { message: `bad key ${key}` } }),
  'text of status 200': () => new Response(`bad ${key}`),
  'text that is cut in the middle of a key': () => new Response(`${'x'.repeat(70)}${key}`),
  'a refusal that is cut there': () => new Response(`${'x'.repeat(190)}${key}`, { status: 401 }),
  'a refusal': () => Response.json({ error: { message: `bad ${key}`, code: key } }, { status: 401 }),
  'a short refusal': () => Response.json({ error: `no ${key}` }, { status: 401 }),
  'an error of fetch': () => {
    throw new TypeError(`can't send ${key}`);
  },
  'its cause': () => {
    throw new TypeError('failed', { cause: new Error(`can't send ${key}`) });
  },
};

for (const [what, respond] of Object.entries(said)) {
  test(`no error shows a key: ${what}`, async (t) => {
    for (const own of [
      { apiKey: key },
      { apiKey: () => key },
      { headers: { 'x-key': key } },
      { headers: { authorization: `Token ${key}` } },
      { headers: { cookie: `session=${key}; a=b` } },
    ]) {
      const model = chatModel({ ...server, ...own, fetch: async () => respond() });
      const error = await t.throwsAsync(scoresOf(model, notes('a')), { instanceOf: ServerError });
      const shown = [
        error?.stack,
        ...[error, model].map((it) => inspect(it, { depth: 9, showHidden: true })),
      ];
      // Not the beginning of it either.
      t.notRegex(shown.join('\n'), /opaque7/);
    }
  });
}

test('a header that no request can have is refused by its name alone', (t) => {
  const error = t.throws(() => chatModel({ ...server, headers: { 'x-key': `${key}\n` } }), {
    instanceOf: OptionError,
  });
  t.regex(error?.message ?? '', /headers\.x-key/);
  t.notRegex(error?.message ?? '', /opaque7/);
});

test('a key in place of the address is refused unshown', (t) => {
  const error = t.throws(() => chatModel({ ...server, baseURL: 'sk-opaque7secret' }), {
    instanceOf: OptionError,
  });
  t.is(error?.option, 'baseURL');
  t.notRegex(error?.message ?? '', /opaque7/);
});

test('a page is told by its first letter, and asked for once', async (t) => {
  for (const page of ['<!doctype html>', '<!-- a --><html>', '<div>log in</div>', '\n<HTML>']) {
    let asked = 0;
    const fetch = async () => {
      asked++;
      return new Response(page);
    };
    const model = chatModel({ ...server, retries: 4, fetch });
    await t.throwsAsync(scoresOf(model, notes('a', 'b')), { message: /web page/ });
    t.is(asked, 1);
  }
});

test('fields of a request that other options are for, and that cost more unseen, are refused', (t) => {
  for (const extra of [
    { max_tokens: 9_999 },
    { max_completion_tokens: 9_999 },
    { n: 5 },
    { model: 'large' },
    { stream: true },
  ]) {
    const error = t.throws(() => chatModel({ ...server, extra }), { instanceOf: OptionError });
    t.is(error?.option, `extra.${Object.keys(extra)[0]}`);
  }
});

const zeroWidth = [...key].join('\u200b');
for (const [what, reply] of Object.entries({
  'its text': { choices: [{ message: { content: `no label: ${key}` }, finish_reason: 'stop' }] },
  'its text, with zero-width spaces': { choices: [{ message: { content: zeroWidth } }] },
  'its text, in another case': { choices: [{ message: { content: key.toUpperCase() } }] },
  'its text, in base64': { choices: [{ message: { content: btoa(key) } }] },
  'a label’s object': {
    choices: [{ message: { content: JSON.stringify({ label: 'spam', why: key }) } }],
  },
  'its model': { model: `small-${key}` },
  'its id': { id: `reply-${key}` },
  'its reason': { choices: [{ message: { content: 'spam' }, finish_reason: key }] },
  'its tokens': {
    choices: [
      {
        message: { content: 'spam' },
        logprobs: { content: [{ token: 'spam', logprob: 0, top_logprobs: [{ token: key, logprob: -9 }] }] },
      },
    ],
  },
  'its tokens, in pieces': {
    choices: [
      {
        message: { content: key },
        logprobs: { content: [...key].map((token) => ({ token, logprob: 0 })) },
      },
    ],
  },
})) {
  test(`nothing that is kept has a key that an answer repeats: ${what}`, async (t) => {
    const choices = [{ message: { content: 'spam' }, finish_reason: 'stop' }];
    for (const own of [
      { apiKey: key },
      { apiKey: () => key },
      { headers: { authorization: `Token ${key}` } },
      { headers: { cookie: `session=${key}; a=b` } },
      { secrets: [key] },
    ]) {
      const journal = join(await folderFor(t), 'answers.journal');
      const fetch = async () => Response.json({ model: 'small', id: 'reply', choices, ...reply });
      const model = chatModel({ ...server, ...own, journal, logprobs: true, fetch });
      const scores = await scoresOf(model, notes('a'));
      await model.close();
      const kept = await readFile(journal, 'utf8');
      t.regex(kept, /"answered"/);
      const all = [kept, model.fingerprint, inspect(model, { depth: 9, showHidden: true })].join('\n');
      t.notRegex(all.replaceAll(/\p{Cf}/gu, ''), /opaque7|b3BhcXVlN3/i);
      t.notRegex(kept, /"token":"[opaque7]"/);
      // What is read from the journal is what was answered.
      const again = chatModel({ ...server, ...own, journal, logprobs: true, fetch: refusing });
      t.deepEqual(await scoresOf(again, notes('a')), scores);
      await again.close();
    }
  });
}

const refusing = async (): Promise<Response> => {
  throw new Error('nothing is asked');
};

test('a label that is the key stays one, and an answer that isn’t one doesn’t become it', async (t) => {
  const label = 'spam-of-the-usual-kind';
  const options = { ...server, labels: ['ham', label, '[key]'], apiKey: label, labelsInPrompt: false };
  const journal = join(await folderFor(t), 'answers.journal');
  const says = (content: string) => async () => Response.json({ choices: [{ message: { content } }] });
  for (const [n, content, expected] of [
    [1, label.toUpperCase(), [0, 1, 0]],
    [2, `\u200b${label.split('').join('\u200b')}`, [Number.NaN, Number.NaN, Number.NaN]],
  ] as const) {
    for (const fetch of [says(content), refusing]) {
      const model = chatModel({ ...options, journal, fetch });
      t.deepEqual(await scoresOf(model, notes(`${n}`)), [...expected]);
      await model.close();
    }
  }
});

test('a dummy key changes no answer, and the name that was asked for is no secret', async (t) => {
  const model = 'gpt-4o-mini-2024-07-18';
  const chat = chatModel({
    ...server,
    model,
    apiKey: 'spam',
    headers: { 'x-model': model },
    fetch: async () => Response.json({ model, choices: [{ message: { content: 'spam' } }] }),
  });
  t.deepEqual(await scoresOf(chat, notes('a')), [0, 1]);
  t.regex(chat.fingerprint ?? '', /^gpt-4o-mini-2024-07-18, /);
});

test('keys of the AI SDK’s models are theirs: they are learnt by the headers that they send', async (t) => {
  for (const headers of [
    { 'x-key': key },
    () => ({ 'x-key': key }),
    async () => ({ authorization: `Bearer ${key}` }),
  ]) {
    const journal = join(await folderFor(t), 'answers.journal');
    const sdk = {
      specificationVersion: 'v4' as const,
      provider: 'made',
      modelId: 'small',
      config: { headers },
      doGenerate: async () => ({
        content: [{ type: 'text', text: `it is ${key}` }],
        warnings: [{ type: 'other', message: `deprecated ${key}` }],
        response: { modelId: `small-${key}`, id: key },
      }),
    };
    const model = chatModel(sdk, { labels: LABELS, prompt, journal });
    await scoresOf(model, notes('a'));
    await model.close();
    t.notRegex(`${await readFile(journal, 'utf8')}${model.fingerprint}${model.notes}`, /opaque7/);
  }
});

test('a function’s keys are those that the user names', async (t) => {
  const journal = join(await folderFor(t), 'answers.journal');
  const generate = () => ({ text: `spam ${key}`, model: key, request: key });
  const model = chatModel({ labels: LABELS, prompt, model: 'own', journal, generate, secrets: [key] });
  await scoresOf(model, notes('a'));
  await model.close();
  t.notRegex(`${await readFile(journal, 'utf8')}${model.fingerprint}`, /opaque7/);
  const error = t.throws(() => chatModel({ ...server, secrets: key as never }), { instanceOf: OptionError });
  t.notRegex(error?.message ?? '', /opaque7/);
});
