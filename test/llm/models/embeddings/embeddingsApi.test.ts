import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type EmbeddingsOptions, embeddingsApi } from '../../../../entries/llm.js';
import { ArtifactError, define, embedding, OptionError, ServerError } from '../../../../index.js';
import { member } from '../../../../lib/util/member.js';
import { folderFor } from '../../../support/files.js';
import { LlmServer, type LlmServerOptions } from '../../../support/llm/index.js';

async function serve(t: ExecutionContext, options: Partial<LlmServerOptions> = {}) {
  const server = new LlmServer({ speak: () => '', ...options });
  const url = await server.start();
  t.teardown(() => server.stop());
  const at = { baseURL: `${url}/v1`, model: 'letters', random: () => 0 };
  return { server, make: (more: EmbeddingsOptions = {}) => embeddingsApi({ ...at, ...more }), at };
}

const context = { signal: new AbortController().signal };

test('texts go in batches, and each has its vector, whatever order they come in', async (t) => {
  const { server, make } = await serve(t);
  const encode = make({ batch: 2, dimensions: 4 });
  const vectors = await encode(['a', 'b', 'c', 'a', ''], context);
  t.is(vectors.length, 5);
  t.deepEqual(vectors[0], Float32Array.of(0, 1, 0, 0));
  t.deepEqual(vectors[1], Float32Array.of(0, 0, 1, 0));
  t.deepEqual(vectors[3], vectors[0]);
  const inputs = server.seen.map(({ body }) => member(body, 'input'));
  // Each text once; an empty one as a blank.
  t.deepEqual(inputs, [
    ['a', 'b'],
    ['c', ' '],
  ]);
  t.deepEqual(
    server.seen.map(({ body }) => member(body, 'dimensions')),
    [4, 4],
  );
  t.deepEqual(encode.counts, { requests: 2, texts: 4, cached: 0, tokens: 4, spent: undefined });
});

test('requests have as many tokens as they may', async (t) => {
  const { server, make } = await serve(t);
  await make({ batchTokens: 10 })(['a'.repeat(20), 'b'.repeat(20), 'c'.repeat(80), 'd'], context);
  const sizes = server.seen.map(({ body }) => (member(body, 'input') as string[]).length);
  t.deepEqual(sizes, [2, 1, 1]);
});

test('vectors are kept by content, unless they aren’t to be', async (t) => {
  const { server, make } = await serve(t);
  const encode = make();
  const first = await encode(['a', 'b'], context);
  t.deepEqual(await encode(['b', 'a'], context), [first[1], first[0]]);
  t.is(server.seen.length, 1);
  t.is(encode.counts.cached, 2);
  const forgetting = make({ cache: false });
  await forgetting(['a'], context);
  await forgetting(['a'], context);
  t.is(server.seen.length, 3);
});

test('a file keeps them for later runs; damaged lines are passed over', async (t) => {
  const { server, make } = await serve(t);
  const cache = join(await folderFor(t), 'letters.vectors');
  const encode = make({ cache });
  const all = await encode(['a', 'b', 'c'], context);
  await encode.close();
  const later = make({ cache });
  t.deepEqual(await later(['c', 'a', 'b'], context), [all[2], all[0], all[1]]);
  t.is(server.seen.length, 1);
  await later.close();
  // A digit of one is lost, and a process ended within a line.
  const text = await readFile(cache, 'utf8');
  const lines = text.split('\n');
  lines[2] = lines[2].replace(/ [A-Za-z0-9]/, ' !');
  await writeFile(cache, `${lines.join('\n')}${lines[1].slice(0, 70)}`);
  const repaired = make({ cache });
  t.deepEqual(await repaired(['a', 'b', 'c', 'd'], context), [...all, ...(await make()(['d'], context))]);
  t.deepEqual(member(server.seen[1].body, 'input'), ['b', 'd']);
  await repaired.close();
  // What was added after the damage is found.
  const again = make({ cache });
  await again(['a', 'b', 'c', 'd'], context);
  t.is(again.counts.cached, 4);
  await again.close();
});

test('two that add to one file at once lose nothing', async (t) => {
  const { server, make } = await serve(t);
  const cache = join(await folderFor(t), 'letters.vectors');
  const both = [make({ cache, batch: 1 }), make({ cache, batch: 1 })];
  await Promise.all(both.map((encode, i) => encode([`${i}a`, `${i}b`, `${i}c`], context)));
  for (const encode of both) await encode.close();
  const { length } = server.seen;
  const later = make({ cache });
  await later(['0a', '0b', '0c', '1a', '1b', '1c'], context);
  t.is(server.seen.length, length);
  await later.close();
});

test('a file of another model, or of something else, is refused before anything is asked', async (t) => {
  const { server, make, at } = await serve(t);
  const folder = await folderFor(t);
  const cache = join(folder, 'letters.vectors');
  const encode = make({ cache });
  await encode(['a'], context);
  await encode.close();
  for (const other of [make({ cache, dimensions: 4 }), embeddingsApi({ ...at, model: 'words', cache })]) {
    const error = await t.throwsAsync(other(['a'], context), { instanceOf: ArtifactError });
    t.is(error.reason, 'mismatch');
    t.regex(error.message, /holds vectors of \{"model":"letters"/);
  }
  const foreign = join(folder, 'mails.csv');
  await appendFile(foreign, 'text,label\n');
  const error = await t.throwsAsync(make({ cache: foreign })(['a'], context), { instanceOf: ArtifactError });
  t.is(error.reason, 'foreign');
  t.is(await readFile(foreign, 'utf8'), 'text,label\n');
  const empty = join(folder, 'empty.vectors');
  await appendFile(empty, '');
  await t.throwsAsync(make({ cache: empty })(['a'], context), {
    instanceOf: ArtifactError,
    message: /is empty.*[Pp]ut a copy of it back, or delete it/,
  });
  t.is(await readFile(empty, 'utf8'), '');
  await t.throwsAsync(make({ cache: join(folder, 'none', 'x') })(['a'], context), {
    instanceOf: ArtifactError,
  });
  t.is(server.seen.length, 1);
});

test('prices are counted, and known beforehand by length', async (t) => {
  const { make } = await serve(t);
  const encode = make({ prices: { input: 2 } });
  await encode(['a'.repeat(400), 'b'.repeat(40)], context);
  t.deepEqual([encode.counts.tokens, encode.counts.spent], [110, 0.00022]);
  t.is(encode.priceOf(['a'.repeat(400), 'b'.repeat(40)]), 0.00011);
  t.is(encode.priceOf([]), 0);
  t.throws(() => make().priceOf(['a']), { instanceOf: OptionError, message: /'prices': missing/ });
});

test('it is an encoder for embedding', async (t) => {
  const { server, make } = await serve(t);
  const encode = make({ dimensions: 4 });
  const features = define({
    meaning: embedding(encode, { text: (row: { text: string }) => row.text, dimensions: 4, batch: 1_000 }),
  });
  t.deepEqual(features.names, ['meaning']);
  t.is(server.seen.length, 0);
});

for (const [what, embed, message] of [
  [
    'of another width',
    (text: string) => (text === 'b' ? [1] : [1, 2]),
    /gave 1 numbers for text 1 of 2; expected 2/,
  ],
  ['that aren’t finite', () => [Number.NaN, 1], /gave 2 numbers for text 0 of 2; expected 2 finite ones/],
] as const) {
  test(`vectors ${what} are refused, and not kept`, async (t) => {
    const { server, make } = await serve(t, { embed: (text) => [...embed(text)] });
    const encode = make();
    await t.throwsAsync(encode(['a', 'b'], context), { instanceOf: ServerError, message });
    await t.throwsAsync(encode(['a', 'b'], context), { message });
    t.is(server.seen.length, 2);
  });
}

test('faults are those of chat models: retried, named, without keys', async (t) => {
  const { server, make, at } = await serve(t);
  server.faults.push(
    { kind: 'cut', at: 'before' },
    { kind: 'status', status: 503, headers: { 'retry-after-ms': '1' } },
  );
  t.is((await make()(['a'], context)).length, 1);
  server.faults.push({ kind: 'html' });
  await t.throwsAsync(make()(['b'], context), {
    instanceOf: ServerError,
    message: /answered with a web page/,
  });
  server.faults.push({ kind: 'status', status: 401, message: 'wrong: sk-0123456789abcd' });
  const keyed = embeddingsApi({ ...at, apiKey: 'sk-0123456789abcd' });
  const error = await t.throwsAsync(keyed(['a'], context), { message: /wrong: \[key\]/ });
  for (const shown of [inspect(error, { depth: 9 }), inspect(keyed, { depth: 9, showHidden: true })]) {
    t.false(shown.includes('0123456789'));
  }
});

const SPENT = { code: 'insufficient_quota', message: 'You exceeded your quota' };

test('a quota that is spent ends at once: no later attempt would find more', async (t) => {
  const { server, make } = await serve(t);
  server.fault = () => ({ kind: 'status', status: 429, ...SPENT });
  const expected = {
    instanceOf: ServerError,
    message: /status 429: You exceeded your quota. The account has no money left/,
  };
  const error = await t.throwsAsync(make()(['a'], context), expected);
  t.deepEqual([error.reason, server.seen.length], ['refused', 1]);
  let calls = 0;
  const sdk = embeddingsApi({
    specificationVersion: 'v4',
    provider: 'own',
    modelId: 'letters',
    maxEmbeddingsPerCall: 2,
    async doEmbed() {
      calls++;
      throw Object.assign(new Error(SPENT.message), { statusCode: 429, data: { error: SPENT } });
    },
  });
  const refused = await t.throwsAsync(sdk(['a'], context), expected);
  t.deepEqual([refused.reason, calls], ['refused', 1]);
});

test('what other requests of a call brought is kept where one fails', async (t) => {
  const { server, make } = await serve(t);
  const encode = make({ batch: 1, retries: 0 });
  server.fault = ({ body }) =>
    JSON.stringify(member(body, 'input')) === '["b"]' ? { kind: 'status', status: 400 } : undefined;
  await t.throwsAsync(encode(['a', 'b', 'c'], context), { instanceOf: ServerError });
  server.fault = undefined;
  await encode(['a', 'b', 'c'], context);
  t.is(encode.counts.cached, 2);
});

test('an abort rejects with its reason', async (t) => {
  const { server, make } = await serve(t);
  server.fault = () => ({ kind: 'hang' });
  const stop = new AbortController();
  const waiting = make()(['a'], { signal: stop.signal });
  while (server.seen.length === 0) await new Promise(setImmediate);
  const reason = new Error('enough');
  stop.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
});

test('an embedding model of the AI SDK is asked by its interface', async (t) => {
  const calls: unknown[] = [];
  const model = {
    specificationVersion: 'v4',
    provider: 'own',
    modelId: 'letters',
    maxEmbeddingsPerCall: Promise.resolve(2),
    async doEmbed(options: { values: readonly string[] }) {
      calls.push(options);
      if (calls.length === 1) {
        throw Object.assign(new Error('slow'), {
          statusCode: 429,
          responseHeaders: { 'retry-after-ms': '1' },
        });
      }
      return {
        embeddings: options.values.map((text) => [text.length, 1]),
        usage: { tokens: 7 },
        warnings: [],
      };
    },
  } as const;
  const encode = embeddingsApi(model, { dimensions: 2, extra: { own: { kind: 'x' } } });
  t.deepEqual(await encode(['a', 'bb', 'ccc'], context), [
    Float32Array.of(1, 1),
    Float32Array.of(2, 1),
    Float32Array.of(3, 1),
  ]);
  t.is(encode.counts.tokens, 14);
  const last = calls.at(-1);
  t.deepEqual([member(last, 'dimensions'), member(last, 'providerOptions')], [2, { own: { kind: 'x' } }]);
  const broken = embeddingsApi({ ...model, doEmbed: async () => ({}) });
  await t.throwsAsync(broken(['a'], context), {
    instanceOf: ServerError,
    message: /'doEmbed' gave what has no/,
  });
});

for (const [what, options, message] of [
  [
    'a price of 0',
    { prices: { input: 0 } },
    /'prices.input': expected money per million tokens, above 0, got 0/,
  ],
  ['another price', { prices: { output: 1 } }, /'prices.output': unknown/],
  ['a cache that is none', { cache: true }, /'cache': expected the path of a file, or false, got true/],
  ['no batch', { batch: 0 }, /'batch': expected a whole number of at least 1/],
  ['a misspelt option', { dimension: 3 }, /'dimension': unknown; .*did you mean 'dimensions'/],
  [
    'a time that no timer waits',
    { timeoutMs: 2 ** 31 },
    /'timeoutMs': expected a whole number from 1 to 2147483647, got 2147483648/,
  ],
  ['a misspelt limit', { limits: { concurent: 3 } }, /'limits.concurent': unknown; .*did you mean/],
  ['no model', { model: '' }, /'model': expected the provider's name/],
  ['no server', { baseURL: 'localhost:1' }, /'baseURL': expected a URL/],
] as const) {
  test(`options are refused: ${what}`, (t) => {
    const given = { baseURL: 'http://127.0.0.1:1/v1', model: 'letters', ...options };
    t.throws(() => embeddingsApi(given as never), { instanceOf: OptionError, message });
  });
}
