import { show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import { stable } from '../../../lib/features/define/index.js';
import type { EncodeContext } from '../../../lib/features/embedding/index.js';
import { type Closable, closable } from '../../../lib/util/closable.js';
import { textDigest } from '../../../lib/util/digest.js';
import { Secrets } from '../../../lib/util/secrets.js';
import { TOKENS_PRICED, textTokens } from '../money/index.js';
import { ENDPOINT_OPTIONS, Endpoint } from '../providers/index.js';
import {
  type EmbeddingModelLike,
  type EmbeddingProvider,
  EndpointEmbeddings,
  isEmbeddingModel,
  SdkEmbeddings,
} from './embeddingProvider.js';
import { EmbeddingsCalls } from './embeddingsCalls.js';
import { checkEmbeddings, type EmbeddingsEndpoint, type EmbeddingsOptions } from './options.js';
import type { VectorsOf } from './vectorFile.js';
import { VectorStore } from './vectorStore.js';

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
    const { dimensions, extra, secrets = [] } = second;
    const parameters = { model, dimensions, extra };
    return encoderOf(new SdkEmbeddings(model, first, parameters, new Secrets(...secrets)), model, second);
  }
  if (typeof first !== 'object' || first === null) {
    throw new OptionError(
      'options',
      `expected options, or an embedding model of the AI SDK, got ${show(first)}`,
    );
  }
  checkEmbeddings(first, [...ENDPOINT_OPTIONS, 'model']);
  const { model, dimensions, extra, secrets } = first;
  if (typeof model !== 'string' || model === '') {
    throw new OptionError('model', `expected the provider's name of the model, got ${show(model)}`);
  }
  const provider = new EndpointEmbeddings(new Endpoint(first, model, secrets), { model, dimensions, extra });
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
    extra: extra === undefined ? null : textDigest(stable(extra)),
  };
  const counts = { requests: 0, texts: 0, cached: 0, tokens: 0, spent: prices && 0 };
  const api = new EmbeddingsCalls(provider, model, options, counts);
  const store = new VectorStore(cache, of);
  const encode = async (texts: string[], { signal }: EncodeContext): Promise<Float32Array[]> => {
    const keys = texts.map(textDigest);
    const found = await store.find(keys);
    const missing = new Map(keys.flatMap((key, i) => (found.has(key) ? [] : [[key, texts[i]] as const])));
    counts.cached += found.size;
    const made = await api.encode([...missing], signal, (vectors) => store.keep(vectors));
    return keys.map((key) => found.get(key) ?? made.get(key) ?? new Float32Array());
  };
  const priceOf = (texts: readonly string[]): number => {
    if (prices === undefined)
      throw new OptionError('prices', 'missing: without them no price of a text is known');
    const tokens = texts.reduce((sum, text) => sum + textTokens(text), 0);
    return texts.length === 0 ? 0 : (tokens / texts.length / TOKENS_PRICED) * prices.input;
  };
  return Object.assign(encode, { counts, priceOf, ...closable(() => store.close()) });
}
