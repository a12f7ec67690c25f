import { LRUCache } from 'lru-cache';
import { sha256 } from '#sha256';
import { checkFunction, checkKeys, checkPositive, checkWhole, show } from '../../../check.js';
import { OptionError, ServerError } from '../../../errors.js';
import { stable } from '../../../features/define/index.js';
import type { EncodeContext } from '../../../features/embedding/index.js';
import { type Closable, closable } from '../../../util/closable.js';
import type { JsonValue } from '../../../util/state.js';
import { systemTimer, type Timer } from '../../../util/timer.js';
import { LimitedCalls, type LimitOptions, type ProviderLimits, providerLimitsOf } from '../limits/index.js';
import { ENDPOINT_OPTIONS, Endpoint, type EndpointOptions } from '../providers/index.js';
import {
  type EmbeddingModelLike,
  type EmbeddingProvider,
  EndpointEmbeddings,
  isEmbeddingModel,
  SdkEmbeddings,
} from './embeddingProvider.js';
import { VectorFile, type VectorsOf } from './vectorFile.js';

/** Options of every `embeddingsApi`. */
export interface EmbeddingsOptions {
  /** Numbers of a vector, where the model can shorten them. @defaultValue the model's own */
  readonly dimensions?: number;
  /** The most texts of a request. @defaultValue 128, or what a model of the AI SDK says, if that is less */
  readonly batch?: number;
  /** The most tokens of a request, about: a token for each 4 bytes. @defaultValue 100_000 */
  readonly batchTokens?: number;
  /** A file that keeps vectors by the content of texts; false: they aren't kept. @defaultValue 64 MB in memory */
  readonly cache?: string | false;
  /** Money per million tokens, as on the provider's page: above 0. @defaultValue it isn't counted */
  readonly prices?: { readonly input: number };
  /** Further fields of a request; of the AI SDK its `providerOptions`. @defaultValue none */
  readonly extra?: Readonly<Record<string, JsonValue>>;
  /** Milliseconds of one attempt. @defaultValue 60_000 */
  readonly timeoutMs?: number;
  /** Attempts after the first where one was lost. @defaultValue 4 */
  readonly retries?: number;
  /** See `ChatOptions.limits`. @defaultValue as headers tell */
  readonly limits?: LimitOptions | ProviderLimits;
  /** Uniform in [0, 1), for the waits before retries. @defaultValue Math.random */
  readonly random?: () => number;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

/** An encoder behind an endpoint that speaks OpenAI's protocol. */
export interface EmbeddingsEndpoint extends EndpointOptions {
  /** The provider's name of the model. */
  readonly model: string;
}

/** What was asked for, and what that cost. */
export interface EmbeddingsCounts {
  readonly requests: number;
  /** Texts that were sent, and those whose vectors were kept. */
  readonly texts: number;
  readonly cached: number;
  /** As the provider counts them, where it does; else a token for each 4 bytes. */
  readonly tokens: number;
  /** Money; undefined without prices. */
  readonly spent: number | undefined;
}

/** An encoder for `embedding`, over an API. `close` closes its file of vectors. */
export interface EmbeddingsEncoder extends Closable {
  (texts: string[], context: EncodeContext): Promise<Float32Array[]>;
  /** What was asked for so far. */
  readonly counts: EmbeddingsCounts;
  /**
   * Money a text, for `embedding`'s option `price`: the mean of some texts, by their length. @throws OptionError without prices
   */
  priceOf(texts: readonly string[]): number;
}

const KNOWN = [
  ...['dimensions', 'batch', 'batchTokens', 'cache', 'prices', 'extra'],
  ...['timeoutMs', 'retries', 'limits', 'random', 'timer'],
];
const MEMORY = 64e6;
const MILLION = 1_000_000;
const encoder = new TextEncoder();

/**
 * An encoder for `embedding`, over an endpoint of OpenAI's protocol or an embedding model of the AI SDK. Texts are sent many a
 * request, several requests at once, within the provider's limits; each text once: its vector is kept by its content, in memory or
 * in a file that later runs read. Providers give a text slightly different vectors each time, which no certificate survives; kept
 * ones stay the same.
 *
 * Give `embedding` a `batch` of some thousands: it calls an encoder for one batch after another. An empty text is sent as a blank,
 * since providers refuse empty ones.
 *
 * @returns the encoder; it rejects with a ServerError where there are no vectors, and with an ArtifactError for a file of
 *   another model
 * @throws OptionError
 *
 * @example
 * const encode = embeddingsApi({
 *   baseURL: 'https://api.openai.com/v1', model: 'text-embedding-3-small', apiKey: process.env.OPENAI_API_KEY,
 *   dimensions: 256, cache: 'mails.vectors', prices: { input: 0.02 },
 * });
 * const price = encode.priceOf(mails.slice(0, 200).map(({ body }) => body));
 * const features = define({ meaning: embedding(encode, { text: (mail: Mail) => mail.body, dimensions: 256, batch: 2_000, price }) });
 */
export function embeddingsApi(options: EmbeddingsOptions & EmbeddingsEndpoint): EmbeddingsEncoder;
export function embeddingsApi(model: EmbeddingModelLike, options?: EmbeddingsOptions): EmbeddingsEncoder;
export function embeddingsApi(
  first: EmbeddingModelLike | (EmbeddingsOptions & EmbeddingsEndpoint),
  second: EmbeddingsOptions = {},
): EmbeddingsEncoder {
  if (isEmbeddingModel(first)) {
    checkEmbeddings(second, []);
    const { modelId: model } = first;
    const { dimensions, extra } = second;
    return encoderOf(new SdkEmbeddings(model, first, { model, dimensions, extra }), model, second);
  }
  if (typeof first !== 'object' || first === null) {
    throw new OptionError(
      'options',
      `expected options, or an embedding model of the AI SDK, got ${show(first)}`,
    );
  }
  checkEmbeddings(first, [...ENDPOINT_OPTIONS, 'model']);
  const { model, dimensions, extra } = first;
  if (typeof model !== 'string' || model === '') {
    throw new OptionError('model', `expected the provider's name of the model, got ${show(model)}`);
  }
  const provider = new EndpointEmbeddings(model, new Endpoint(first, model), { model, dimensions, extra });
  return encoderOf(provider, model, first);
}

function encoderOf(
  provider: EmbeddingProvider,
  model: string,
  options: EmbeddingsOptions,
): EmbeddingsEncoder {
  const { dimensions, extra, cache, prices } = options;
  const of: VectorsOf = {
    model,
    dimensions: dimensions ?? null,
    extra: extra === undefined ? null : sha256([encoder.encode(stable(extra))]),
  };
  const counts = { requests: 0, texts: 0, cached: 0, tokens: 0, spent: prices && 0 };
  const api = new EmbeddingsCalls(provider, model, options, counts);
  const store = new VectorStore(cache, of);
  const encode = async (texts: string[], { signal }: EncodeContext): Promise<Float32Array[]> => {
    const keys = texts.map((text) => sha256([encoder.encode(text)]));
    const found = await store.find(keys);
    const missing = new Map(keys.flatMap((key, i) => (found.has(key) ? [] : [[key, texts[i]] as const])));
    counts.cached += found.size;
    const made = await api.encode([...missing], signal, (vectors) => store.keep(vectors));
    return keys.map((key) => found.get(key) ?? made.get(key) ?? new Float32Array());
  };
  const priceOf = (texts: readonly string[]): number => {
    if (prices === undefined)
      throw new OptionError('prices', 'missing: without them no price of a text is known');
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    return texts.length === 0 ? 0 : (tokens / texts.length / MILLION) * prices.input;
  };
  return Object.assign(encode, { counts, priceOf, ...closable(() => store.close()) });
}

/** Requests for vectors. */
class EmbeddingsCalls {
  private readonly calls: LimitedCalls;

  constructor(
    private readonly provider: EmbeddingProvider,
    private readonly model: string,
    private readonly options: EmbeddingsOptions,
    private readonly counts: { requests: number; texts: number; tokens: number; spent: number | undefined },
  ) {
    const { timer = systemTimer, random = Math.random, timeoutMs = 60_000, retries = 4, limits } = options;
    const { limiter } = providerLimitsOf(limits, timer);
    this.calls = new LimitedCalls(limiter, { timeoutMs, retries, random, timer });
  }

  /** @param keep called with the vectors of each request before they are used */
  async encode(
    texts: readonly (readonly [key: string, text: string])[],
    signal: AbortSignal,
    keep: (vectors: ReadonlyMap<string, Float32Array>) => Promise<void>,
  ): Promise<ReadonlyMap<string, Float32Array>> {
    if (texts.length === 0) return new Map();
    const { batch = 128, batchTokens = 100_000 } = this.options;
    const most = Math.min(batch, (await this.provider.most()) ?? batch);
    const all = new Map<string, Float32Array>();
    const send = async (part: readonly (readonly [string, string])[]) => {
      const vectors = await this.send(part, signal);
      const own = new Map(part.map(([key], i) => [key, vectors[i]]));
      await keep(own);
      for (const [key, vector] of own) all.set(key, vector);
    };
    // All are waited for, so that what was paid is kept.
    const ended = await Promise.allSettled(partsOf(texts, most, batchTokens).map(send));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
    return all;
  }

  private async send(part: readonly (readonly [string, string])[], signal: AbortSignal) {
    const { counts, model, options } = this;
    const texts = part.map(([, text]) => text || ' ');
    const expected = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    const { vectors, tokens = expected } = await this.calls.run(
      {
        model,
        tokens: expected,
        send: (own) => this.provider.embed(texts, own),
        sending: () => {
          counts.requests++;
        },
      },
      signal,
    );
    counts.texts += texts.length;
    counts.tokens += tokens;
    if (counts.spent !== undefined) counts.spent += (tokens / MILLION) * (options.prices?.input ?? 0);
    const width = options.dimensions ?? vectors[0]?.length;
    for (let i = 0; i < texts.length; i++) {
      const vector = vectors[i];
      if (vector?.length === width && vector.every(Number.isFinite)) continue;
      const got = vector === undefined ? 'no vector' : `${vector.length} numbers`;
      throw new ServerError(
        model,
        'malformed',
        `gave ${got} for text ${i} of ${texts.length}; expected ${width} finite ones`,
      );
    }
    return vectors;
  }
}

/** Vectors that are kept, in memory and in a file. */
class VectorStore {
  private readonly memory: LRUCache<string, Float32Array> | undefined;
  private file: Promise<VectorFile> | undefined;

  constructor(
    private readonly cache: string | false | undefined,
    private readonly of: VectorsOf,
  ) {
    const sizeCalculation = ({ byteLength }: Float32Array) => byteLength + KEY_BYTES;
    this.memory = cache === false ? undefined : new LRUCache({ maxSize: MEMORY, sizeCalculation });
  }

  async find(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    const { cache } = this;
    if (typeof cache === 'string') this.file ??= VectorFile.open(cache, this.of);
    const file = await this.file;
    for (const key of new Set(keys)) {
      const vector = this.memory?.get(key) ?? (await file?.get(key));
      if (vector === undefined) continue;
      this.memory?.set(key, vector);
      found.set(key, vector);
    }
    return found;
  }

  async keep(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const [key, vector] of vectors) this.memory?.set(key, vector);
    await (await this.file)?.add(vectors);
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await (await file)?.close();
  }
}

/** Of a key and its place in the cache. */
const KEY_BYTES = 200;

function tokensOf(text: string): number {
  return Math.ceil(encoder.encode(text).length / 4);
}

/** Texts in requests, in their order. */
function partsOf<Part extends readonly [string, string]>(
  texts: readonly Part[],
  most: number,
  mostTokens: number,
): Part[][] {
  const parts: Part[][] = [[]];
  let tokens = 0;
  for (const text of texts) {
    const own = tokensOf(text[1]);
    const last = parts[parts.length - 1];
    if (last.length > 0 && (last.length >= most || tokens + own > mostTokens)) {
      parts.push([text]);
      tokens = own;
    } else {
      last.push(text);
      tokens += own;
    }
  }
  return parts;
}

function checkEmbeddings(options: EmbeddingsOptions, known: readonly string[]): void {
  checkKeys(options, [...KNOWN, ...known]);
  const { dimensions, batch, batchTokens, cache, prices, timeoutMs, retries, random } = options;
  for (const [name, value] of Object.entries({ dimensions, batch, batchTokens, timeoutMs })) {
    if (value !== undefined) checkWhole(name, value, 1);
  }
  if (retries !== undefined) checkWhole('retries', retries, 0);
  if (random !== undefined) checkFunction('random', random);
  if (cache !== undefined && cache !== false && (typeof cache !== 'string' || cache === '')) {
    throw new OptionError('cache', `expected the path of a file, or false, got ${show(cache)}`);
  }
  if (prices === undefined) return;
  checkKeys(prices, ['input'], 'prices.');
  checkPositive('prices.input', prices.input, 'money per million tokens, above 0');
}
