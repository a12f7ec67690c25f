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
import { OptionError } from '../../errors.js';
import type { JsonValue } from '../../util/state.js';
import { systemTimer, type Timer } from '../../util/timer.js';
import { cached, FeatureCache, featureCache } from '../cache/index.js';
import { checkSource, type Feature, type FittedFeature } from '../define/index.js';
import { EncoderCalls, type EncoderCounts, LONGEST } from './calls.js';
import type { Encode, EncodeTokens } from './encoder.js';
import { embeddingFidelities } from './fidelities.js';
import { type EncoderInput, splitInput, textInput, tokenInput } from './inputs.js';
import { inLayers } from './layers.js';
import { extractorOf, type FeatureExtraction, isPipeline, type PoolingOptions } from './pipeline.js';
import { pipelineInLayers } from './pipelineLayers.js';
import type { TextOptions } from './texts.js';
import { isTokens, splitterOf, type Tokens } from './tokens.js';

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
  /** The calls of the encoder so far, those for cheaper versions left out. */
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
 * Cheaper versions read fewer tokens (`meaning@32t`), of a function of texts fewer characters (`meaning@256`). An
 * encoder with `layers` and `upTo` has them after its first layers, too (`meaning@2l`, `meaning@2l32t`).
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
    const { tokenizer, stated } = extractorOf(encode, options);
    const encoder = pipelineInLayers(encode, options);
    if (options.tokens !== undefined)
      return featureOf(tokenInput(options.tokens, limit, encoder), options, stated);
    return featureOf(splitInput(options, splitterOf(tokenizer, limit), encoder), options, stated);
  }
  checkEncode(encode);
  if (options.tokens === undefined)
    return featureOf(textInput(options, inLayers<Encode, string>(encode)), options);
  return featureOf(tokenInput(options.tokens, limit, inLayers<EncodeTokens, Int32Array>(encode)), options);
}

function featureOf<Row>(
  { alone, reads, check, checkAll, key, looks, stated }: EncoderInput<Row>,
  options: EmbeddingOptions,
  model: JsonValue = null,
): EmbeddingFeature<Row> {
  const { dimensions, batch = 32, scaling = 'block', version, price, tolerance, cache } = options;
  const { timeoutMs, retries = 0, random = Math.random, timer = systemTimer } = options;
  const newCalls = () => new EncoderCalls({ dimensions, batch, timeoutMs, retries, random, timer });
  const calls = newCalls();
  const fitted: FittedFeature<Row> = {
    ...alone({ calls, dimensions, scaling }),
    fidelities: embeddingFidelities(looks, {
      alone: () => ({ reads, fitted }),
      whole: () => looks.whole({ calls, dimensions, scaling }),
      at: (look) => looks.at(look)({ calls: newCalls(), dimensions, scaling }),
      isPaid: price !== undefined && price > 0,
    }),
  };
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
