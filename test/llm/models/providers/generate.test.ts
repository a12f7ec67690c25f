import test from 'ava';
import { chatModel, type Generate, type GenerateContext } from '../../../../entries/llm.js';
import { OptionError, PriceLimitError, ServerError } from '../../../../lib/errors.js';
import { LABELS, notes, prompt, scoresOf } from '../chat/world.js';

const of = (generate: Generate, more: object = {}) =>
  chatModel({ labels: LABELS, prompt, model: 'mine@3', random: () => 0, generate, ...more });

test('a function answers with text, null or a reply', async (t) => {
  const seen: GenerateContext[] = [];
  const full = of(
    (messages, context) => {
      seen.push(context);
      const [{ content }] = messages;
      if (content.endsWith('null')) return null;
      return content.endsWith('s')
        ? { text: 'spam', usage: { input: 3, cached: 1, output: 1 }, model: 'mine@3.1' }
        : 'ham';
    },
    { seed: 4, temperature: 1 },
  );
  t.deepEqual(await scoresOf(full, notes('s', 'h', 'null')), [0, 1, 1, 0, Number.NaN, Number.NaN]);
  t.deepEqual(full.counts.unparsed, { refusal: 1, cut: 0, other: 0 });
  t.deepEqual(full.counts.tokens, { input: 3, cached: 1, output: 1 });
  t.regex(full.fingerprint ?? '', /^mine@3@mine@3.1, /);
  await scoresOf(full, notes('t'), { ask: 1 });
  t.deepEqual(
    seen.map(({ ask, attempt }) => [ask, attempt]),
    [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 1],
      [1, 0],
    ],
  );
  const [{ temperature, seed, maxTokens, signal }] = seen;
  t.deepEqual([temperature, seed, maxTokens, signal.aborted], [1, 4, 100, false]);
});

test('what it throws is a lost attempt; a status says what kind', async (t) => {
  let calls = 0;
  const flaky = of(() => {
    if (calls++ === 0) throw new Error('socket hang up');
    return 'ham';
  });
  t.deepEqual(await scoresOf(flaky, notes('a')), [1, 0]);
  const denied = of(() => {
    throw Object.assign(new Error('no'), { status: 401 });
  });
  const error = await t.throwsAsync(scoresOf(denied, notes('a', 'b')), { instanceOf: ServerError });
  t.deepEqual([error.status, error.row], [401, 0]);
  let busy = 0;
  const later = of(() => {
    if (busy++ < 2)
      throw Object.assign(new Error('slow'), {
        status: 429,
        headers: new Headers({ 'retry-after-ms': '1' }),
      });
    return 'ham';
  });
  t.deepEqual(await scoresOf(later, notes('a')), [1, 0]);
  let spent = 0;
  const poor = of(() => {
    spent++;
    throw Object.assign(new Error('no quota'), { status: 429, code: 'insufficient_quota' });
  });
  await t.throwsAsync(scoresOf(poor, notes('a')), { instanceOf: ServerError, message: /no money left/ });
  t.is(spent, 1);
});

test('an error of ours passes through: a limit on money of the user’s own', async (t) => {
  const spent = new PriceLimitError(1, 2, 'spent', 'too much');
  const full = of(() => {
    throw spent;
  });
  t.is(await t.throwsAsync(scoresOf(full, notes('a'))), spent);
});

test('what is no answer is an error', async (t) => {
  const full = of((() => 3) as never);
  await t.throwsAsync(scoresOf(full, notes('a')), {
    message: /'generate' gave 3; expected text, null or a reply/,
  });
});

for (const [what, options, message] of [
  ['no function', { generate: 'ham' }, /'generate': expected a function, got "ham"/],
  ['an endpoint beside it', { baseURL: 'http://x/v1' }, /'baseURL': is for an endpoint: 'generate' answers/],
  ['no name', { model: undefined }, /'model': expected the provider's name of the model/],
] as const) {
  test(`a function is refused: ${what}`, (t) => {
    t.throws(() => of(() => 'ham', options), { instanceOf: OptionError, message });
  });
}
