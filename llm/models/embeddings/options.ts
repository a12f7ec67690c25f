import { checkKeys, checkPositive, checkWhole, show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { checkSending, SENDING_OPTIONS, type SendingOptions } from '../limits/index.js';
import type { EndpointOptions } from '../providers/index.js';

/** Options of every `embeddingsApi`. */
export interface EmbeddingsOptions extends SendingOptions {
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
}

/** An encoder behind an endpoint that speaks OpenAI's protocol. */
export interface EmbeddingsEndpoint extends EndpointOptions {
  /** The provider's name of the model. */
  readonly model: string;
}

const KNOWN = ['dimensions', 'batch', 'batchTokens', 'cache', 'prices', 'extra', ...SENDING_OPTIONS];

/** @throws OptionError */
export function checkEmbeddings(options: EmbeddingsOptions, known: readonly string[]): void {
  checkKeys(options, [...KNOWN, ...known]);
  const { dimensions, batch, batchTokens, cache, prices } = options;
  checkSending(options);
  for (const [name, value] of Object.entries({ dimensions, batch, batchTokens })) {
    if (value !== undefined) checkWhole(name, value, 1);
  }
  if (cache !== undefined && cache !== false && (typeof cache !== 'string' || cache === '')) {
    throw new OptionError('cache', `expected the path of a file, or false, got ${show(cache)}`);
  }
  if (prices === undefined) return;
  checkKeys(prices, ['input'], 'prices.');
  checkPositive('prices.input', prices.input, 'money per million tokens, above 0');
}
