import { inspect } from 'node:util';
import test from 'ava';
import { chatModel } from '../../../../../entries/llm.js';
import { OptionError, ServerError } from '../../../../../index.js';
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
