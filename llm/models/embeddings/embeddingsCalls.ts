import { ServerError } from '../../../lib/errors.js';
import { type LimitedCalls, limitedCalls } from '../limits/index.js';
import { TOKENS_PRICED, textTokens } from '../money/index.js';
import type { EmbeddingProvider } from './embeddingProvider.js';
import type { EmbeddingsOptions } from './options.js';

/** Requests for vectors. */
export class EmbeddingsCalls {
  private readonly calls: LimitedCalls;

  constructor(
    private readonly provider: EmbeddingProvider,
    private readonly model: string,
    private readonly options: EmbeddingsOptions,
    private readonly counts: { requests: number; texts: number; tokens: number; spent: number | undefined },
  ) {
    this.calls = limitedCalls(options).calls;
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
    const expected = texts.reduce((sum, text) => sum + textTokens(text), 0);
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
    if (counts.spent !== undefined) counts.spent += (tokens / TOKENS_PRICED) * (options.prices?.input ?? 0);
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

/** Texts in requests, in their order. */
function partsOf<Part extends readonly [string, string]>(
  texts: readonly Part[],
  most: number,
  mostTokens: number,
): Part[][] {
  const parts: Part[][] = [[]];
  let tokens = 0;
  for (const text of texts) {
    const own = textTokens(text[1]);
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
