import { sha256 } from '#sha256';
import {
  checkFunction,
  checkKeys,
  checkOneOf,
  checkPositive,
  checkPrice,
  checkTolerance,
  checkWhole,
  show,
} from '../../check.js';
import type { Scaling } from '../../data/blocks/index.js';
import { FeatureError, OptionError } from '../../errors.js';
import type { JsonValue } from '../../util/state.js';
import { systemTimer, type Timer } from '../../util/timer.js';
import { cached, FeatureCache, featureCache } from '../cache/index.js';
import {
  checkSource,
  type Feature,
  readsOf,
  rowCheck,
  type Source,
  statedSource,
  transform,
} from '../define/index.js';
import { MOST_CHARACTERS } from '../text/index.js';
import { EncoderCalls, type EncoderCounts, LONGEST } from './calls.js';
import {
  type Encode,
  type Encoder,
  type EncodeTokens,
  textEncoder,
  tokenEncoder,
  tokenised,
} from './encoder.js';
import { fittedEmbedding, type ReadItems } from './fitted.js';
import { extractorOf, type FeatureExtraction, isPipeline, type PoolingOptions } from './pipeline.js';
import { type TextOptions, textFault, textReader } from './texts.js';
import { cutTokens, isTokens, splitterOf, type Tokens } from './tokens.js';

export type { EncoderCounts } from './calls.js';

/** Options of every `embedding`. */
export interface EmbeddingOptions extends PoolingOptions {
  /** Numbers of a vector: the feature's columns. */
  readonly dimensions: number;
  /**
   * For a pipeline, or for tokens: the number of tokens that are read of a text, 1 or more, special ones included.
   * @defaultValue the tokenizer's limit
   */
  readonly limit?: number;
  /** The most texts of a call. @defaultValue 32 */
  readonly batch?: number;
  /**
   * Where a cascade in service keeps vectors by the texts' content: a cache, maybe with a second tier
   * (then `version` is needed); or none. @defaultValue 64 MB in memory
   */
  readonly cache?: FeatureCache | false;
  /** How linear learners scale the columns: see `DenseOptions.scaling`. @defaultValue 'block' */
  readonly scaling?: Scaling;
  /** See `Feature.version`. Change it with the encoder's weights. */
  readonly version?: string;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /** See `Feature.tolerance`. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /** Milliseconds that the vectors of a batch may take, retries included. @defaultValue no limit */
  readonly timeoutMs?: number;
  /** Calls after the first, where one fails. @defaultValue 0 */
  readonly retries?: number;
  /** Uniform in [0, 1), for the waits before retries. @defaultValue Math.random */
  readonly random?: () => number;
  /** The timer for waits; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

/** Options of an `embedding` of texts. */
export interface TextEmbeddingOptions<Row> extends EmbeddingOptions, TextOptions<Row> {
  /** Another `embedding` reads tokens in place of texts. */
  readonly tokens?: undefined;
}

/** Options of an `embedding` of tokens. */
export interface TokenEmbeddingOptions<Row> extends EmbeddingOptions {
  /** Tokens that several embeddings share: see `tokens`. */
  readonly tokens: Tokens<Row>;
  /** Of tokens, `tokens` has the text. */
  readonly text?: undefined;
  /** The same of its limit. */
  readonly maxCharacters?: undefined;
}

/** A feature whose values are vectors of texts. */
export interface EmbeddingFeature<in Row> extends Feature<Row> {
  readonly kind: 'embedding';
  /** The calls of the encoder so far. */
  readonly counts: EncoderCounts;
}

const KNOWN = [
  'text',
  'tokens',
  'dimensions',
  'maxCharacters',
  'limit',
  'pooling',
  'normalize',
  'batch',
  'cache',
  'scaling',
  'version',
  'price',
  'tolerance',
  'timeoutMs',
  'retries',
  'random',
  'timer',
];
const CACHE_BYTES = 64e6;

/**
 * A text's vector, by an encoder: a dense block, rows x `dimensions`. Nothing is fitted.
 *
 * Equal texts are encoded once, in batches of similar lengths, so that little is padded. While a
 * cascade is tuned, each row is encoded once, and at most 224 rows again, to see that their vectors
 * don't depend on the batch. Linear learners scale its columns by one factor.
 *
 * Texts are made well-formed (U+FFFD in place of lone surrogates) and cut to `maxCharacters`. An
 * empty text is encoded like any other; a text without tokens is all zeros.
 *
 * @param encode a `feature-extraction` pipeline of `@huggingface/transformers`, whose tokens are
 * pooled here; or a function of texts, or of tokens, that returns their vectors or a promise of them
 * @throws OptionError for an option that is unknown, missing or out of its range. While computing a
 * FeatureError for a text that isn't a string, and where the encoder fails, is late, or gives anything
 * else than a finite vector of `dimensions` numbers for each text.
 * @example
 * const encoder = await pipeline('feature-extraction', './models/MiniLM');
 * define({ meaning: embedding(encoder, { text: (mail: Mail) => mail.body, limit: 64, dimensions: 384 }) });
 */
export function embedding<Row>(
  encode: FeatureExtraction | Encode,
  options: TextEmbeddingOptions<Row>,
): EmbeddingFeature<Row>;
export function embedding<Row>(
  encode: FeatureExtraction | EncodeTokens,
  options: TokenEmbeddingOptions<Row>,
): EmbeddingFeature<Row>;
export function embedding<Row>(
  encode: FeatureExtraction | Encode | EncodeTokens,
  options: TextEmbeddingOptions<Row> | TokenEmbeddingOptions<Row>,
): EmbeddingFeature<Row> {
  checkOptions(options, isPipeline(encode));
  const { limit } = options;
  if (isPipeline(encode)) {
    const { tokenizer, encode: ofPipeline, stated } = extractorOf(encode, options);
    const encoder = tokenEncoder(ofPipeline);
    if (options.tokens !== undefined)
      return featureOf(tokenInput(options.tokens, encoder, limit), options, stated);
    const { ids } = splitterOf(tokenizer, limit);
    return featureOf(textInput(options, tokenised(ids, encoder)), options, stated);
  }
  checkEncode(encode);
  if (options.tokens === undefined) return featureOf(textInput(options, textEncoder(encode)), options);
  return featureOf(tokenInput(options.tokens, tokenEncoder(encode), limit), options);
}

/** What is encoded, and by which encoder. */
interface Input<Row, Item> extends Pick<Feature<Row>, 'check' | 'checkAll'> {
  readonly read: ReadItems<Row, Item>;
  readonly reads: Feature<Row>['reads'];
  /** A cache's key of a row. */
  readonly key: Source<Row, string | null>;
  readonly encoder: Encoder<Item>;
  /** Options that change values. */
  readonly stated: { readonly [name: string]: JsonValue };
}

function textInput<Row>(
  { text, maxCharacters = MOST_CHARACTERS, limit }: TextOptions<Row> & Pick<EmbeddingOptions, 'limit'>,
  encoder: Encoder<string>,
): Input<Row, string> {
  const reader = textReader(maxCharacters);
  const keyOf = (value: unknown) => (typeof value === 'string' ? textKey(reader(value)) : null);
  return {
    read: (view) =>
      view.read(text).map((value: unknown) => {
        try {
          return reader(value);
        } catch (error) {
          return new FeatureError('', undefined, error instanceof Error ? error.message : String(error));
        }
      }),
    reads: readsOf(text),
    ...rowCheck(text, textFault),
    key: typeof text === 'function' ? (row) => keyOf(text(row)) : transform(text, keyOf),
    encoder,
    stated: { maxCharacters, limit: limit ?? null, ...statedSource(text) },
  };
}

function tokenInput<Row>(
  tokens: Tokens<Row>,
  encoder: Encoder<Int32Array>,
  limit: number | undefined,
): Input<Row, Int32Array> {
  const cut = (all: Int32Array) => (limit === undefined ? all : cutTokens(all, limit, tokens.ending));
  return {
    read: (view) => tokens.read(view).map(cut),
    reads: [tokens],
    key: transform(tokens, (all) => tokensKey(cut(all))),
    encoder,
    stated: { tokens: tokens.stated, limit: limit ?? null },
  };
}

function featureOf<Row, Item>(
  { read, reads, check, checkAll, key, encoder, stated }: Input<Row, Item>,
  options: EmbeddingOptions,
  model: JsonValue = null,
): EmbeddingFeature<Row> {
  const { dimensions, batch = 32, scaling = 'block', version, price, tolerance, cache } = options;
  const { timeoutMs, retries = 0, random = Math.random, timer = systemTimer } = options;
  const calls = new EncoderCalls({ dimensions, batch, timeoutMs, retries, random, timer });
  const fitted = fittedEmbedding(read, { encoder, calls, dimensions, scaling });
  const feature: EmbeddingFeature<Row> = {
    kind: 'embedding',
    counts: calls.counts,
    reads,
    check,
    checkAll,
    version,
    options: { dimensions, ...stated, model },
    price,
    tolerance,
    expensive: true,
    fit: () => fitted,
    load: () => fitted,
  };
  if (cache === false) return feature;
  const inFront = cached(feature, { cache: cache ?? featureCache({ maxBytes: CACHE_BYTES }), key });
  // Keys are made of the texts: they cost nothing beside a vector, and needn't be checked.
  return { ...inFront, reads, keys: [] };
}

function checkOptions<Row>(
  options: TextEmbeddingOptions<Row> | TokenEmbeddingOptions<Row>,
  isForPipeline: boolean,
): void {
  checkKeys(options, KNOWN);
  const { text, tokens, dimensions, limit, batch, cache, scaling, price, tolerance } = options;
  if (tokens === undefined) checkSource(text, 'text');
  else if (!isTokens(tokens))
    throw new OptionError('tokens', `expected what tokens() made, got ${show(tokens)}`);
  else if (text !== undefined)
    throw new OptionError('text', "can't go beside 'tokens', which have their own: give one of them");
  else if (options.maxCharacters !== undefined) {
    throw new OptionError('maxCharacters', "belongs to 'tokens': give it to tokens(…)");
  }
  checkWhole('dimensions', dimensions, 1);
  if (limit !== undefined) checkWhole('limit', limit, 1);
  if (!isForPipeline) {
    if (limit !== undefined && tokens === undefined) {
      throw new OptionError(
        'limit',
        "counts tokens, which a function of texts doesn't show: cut the texts in 'text', or give 'tokens'",
      );
    }
    for (const name of ['pooling', 'normalize'] as const) {
      if (options[name] === undefined) continue;
      throw new OptionError(name, 'is for pipelines: a function returns vectors as they are to be');
    }
  }
  if (batch !== undefined) checkWhole('batch', batch, 1);
  if (cache !== undefined && cache !== false && !(cache instanceof FeatureCache)) {
    throw new OptionError('cache', `expected what featureCache() made, or false, got ${show(cache)}`);
  }
  if (scaling !== undefined) checkOneOf('scaling', scaling, ['columns', 'block']);
  checkPrice(price);
  checkTolerance('tolerance', tolerance);
  checkCalls(options);
}

function checkCalls({ timeoutMs, retries, random }: EmbeddingOptions): void {
  if (timeoutMs !== undefined) checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (timeoutMs !== undefined && timeoutMs > LONGEST) {
    throw new OptionError('timeoutMs', `expected at most ${LONGEST} milliseconds`);
  }
  if (retries !== undefined) checkWhole('retries', retries, 0);
  if (random !== undefined) checkFunction('random', random);
}

/** A function's type doesn't show whether it takes texts or tokens: the options say it. */
function checkEncode(encode: unknown): asserts encode is Encode & EncodeTokens {
  if (typeof encode === 'function') return;
  const open = typeof encode === 'string' ? `; open it first: await pipeline('feature-extraction', …)` : '';
  throw new OptionError(
    'encode',
    `expected a feature-extraction pipeline or a function of texts, got ${show(encode)}${open}`,
  );
}

/** Shorter texts are their own keys. */
const SHORT = 64;

/** A cache's key of a text: equal for equal texts alone, and short. */
function textKey(text: string): string {
  return text.length <= SHORT ? `=${text}` : sha256([new TextEncoder().encode(text)]);
}

/** The same of tokens. */
function tokensKey(tokens: Int32Array): string {
  return sha256([new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)]);
}
