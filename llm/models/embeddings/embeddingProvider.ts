import { ServerError } from '../../../lib/errors.js';
import { member, numberMember } from '../../../lib/util/member.js';
import type { Secrets } from '../../../lib/util/secrets.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { type LimitNews, limitNews, ProviderFault } from '../limits/index.js';
import { type Endpoint, learnSdkKeys, thrownFault } from '../providers/index.js';

/** Vectors of some texts, in their order, and the tokens that were charged, where the provider says. */
export interface Embedded {
  readonly vectors: readonly Float32Array[];
  readonly tokens: number | undefined;
}

/** One way to have texts encoded, once. */
export interface EmbeddingProvider {
  /** The most texts of a request that it takes; undefined where it doesn't say. */
  most(): number | undefined | PromiseLike<number | undefined>;
  /** @throws ProviderFault */
  embed(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly reply: Embedded; readonly news: LimitNews }>;
}

/** What requests have in common. */
export interface EmbeddingParameters {
  readonly model: string;
  readonly dimensions: number | undefined;
  readonly extra: Readonly<Record<string, JsonValue>> | undefined;
}

/** An endpoint of OpenAI's protocol. */
export class EndpointEmbeddings implements EmbeddingProvider {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly parameters: EmbeddingParameters,
  ) {}

  most(): undefined {
    return undefined;
  }

  async embed(texts: readonly string[], signal: AbortSignal) {
    const { model, dimensions, extra } = this.parameters;
    const body = {
      model,
      input: texts,
      encoding_format: 'float',
      ...(dimensions !== undefined && { dimensions }),
      ...extra,
    };
    const { json, news } = await this.endpoint.sendForJson('/embeddings', { body }, signal);
    const data = member(json, 'data');
    if (!Array.isArray(data)) throw this.endpoint.malformed(JSON.stringify(json));
    const vectors = new Array<Float32Array>(texts.length);
    data.forEach((entry: unknown, i) => {
      // In any order, where they have a number.
      const index = member(entry, 'index');
      vectors[typeof index === 'number' ? index : i] = vectorOf(member(entry, 'embedding'));
    });
    return { reply: { vectors, tokens: numberMember(member(json, 'usage'), 'prompt_tokens') }, news };
  }
}

/** What an embedding model of the AI SDK is asked: part of its own options. */
export interface EmbeddingModelCall {
  readonly values: readonly string[];
  readonly dimensions?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly providerOptions?: unknown;
}

/**
 * An embedding model of the AI SDK (`EmbeddingModelV4`, and V3, which is alike as far as it is used), by its structure.
 *
 * @see Vercel, AI SDK 7, `@ai-sdk/provider`, `EmbeddingModelV4`
 */
export interface EmbeddingModelLike {
  readonly specificationVersion: 'v3' | 'v4';
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number | undefined | PromiseLike<number | undefined>;
  doEmbed(options: EmbeddingModelCall): PromiseLike<unknown>;
}

export function isEmbeddingModel(value: unknown): value is EmbeddingModelLike {
  return typeof member(value, 'doEmbed') === 'function' && typeof member(value, 'modelId') === 'string';
}

/** An embedding model of the AI SDK, asked directly. */
export class SdkEmbeddings implements EmbeddingProvider {
  constructor(
    private readonly name: string,
    private readonly model: EmbeddingModelLike,
    private readonly parameters: EmbeddingParameters,
    private readonly secrets: Secrets,
  ) {}

  most(): number | undefined | PromiseLike<number | undefined> {
    return this.model.maxEmbeddingsPerCall;
  }

  async embed(texts: readonly string[], signal: AbortSignal) {
    const { dimensions, extra } = this.parameters;
    const call = {
      values: [...texts],
      ...(dimensions !== undefined && { dimensions }),
      ...(extra !== undefined && { providerOptions: extra }),
      abortSignal: signal,
    };
    let result: unknown;
    try {
      result = await this.model.doEmbed(call);
    } catch (error) {
      await learnSdkKeys(this.model, this.secrets);
      throw thrownFault(this.name, error, this.secrets);
    }
    const embeddings = member(result, 'embeddings');
    if (!Array.isArray(embeddings)) {
      const error = new ServerError(this.name, 'malformed', "'doEmbed' gave what has no 'embeddings'");
      throw new ProviderFault(error, { paid: 'maybe', next: 'never' });
    }
    const tokens = numberMember(member(result, 'usage'), 'tokens');
    const news = limitNews(member(member(result, 'response'), 'headers'));
    return { reply: { vectors: embeddings.map(vectorOf), tokens }, news };
  }
}

/** Numbers, or their bytes in base64; anything else is empty, which no vector is. */
function vectorOf(given: unknown): Float32Array {
  // JSON has null for what isn't finite, which would become 0.
  if (Array.isArray(given)) {
    return Float32Array.from(given, (number: unknown) => (typeof number === 'number' ? number : Number.NaN));
  }
  if (given instanceof Float32Array) return given;
  if (typeof given !== 'string') return new Float32Array();
  const bytes = Uint8Array.from(Buffer.from(given, 'base64'));
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
}
