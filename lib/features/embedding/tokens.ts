import { checkFunction, checkKeys, checkWhole, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { isList } from '../../util/isList.js';
import type { JsonValue } from '../../util/state.js';
import { checkSource, statedSource, type Transform, transform } from '../define/index.js';
import { MOST_CHARACTERS } from '../text/index.js';
import { type TextOptions, textReader } from './texts.js';

/** The part of a tokenizer of `@huggingface/transformers` that is used. */
export interface Tokenizer {
  (text: string): unknown;
  encode(text: string): ArrayLike<number>;
  readonly pad_token_id?: number | null;
  readonly model_max_length?: number;
}

/** Options of `tokens`. */
export interface TokensOptions<Row> extends TextOptions<Row> {
  /**
   * The number of tokens that are kept of a text, 1 or more, special ones included.
   * @defaultValue the tokenizer's limit
   */
  readonly limit?: number;
}

/**
 * Tokens of a row's text, made once for all features that read them. They aren't columns: models
 * don't see them.
 */
export interface Tokens<in Row> extends Transform<Row, Int32Array> {
  /** Special tokens at the end of every text: they stay when it is cut to fewer tokens. */
  readonly ending: number;
  /** Options that change the tokens. */
  readonly stated: JsonValue;
}

/**
 * Makes the tokens of a row's text, once for all embeddings that read them.
 *
 * @param tokenizer a tokenizer, or a pipeline, of `@huggingface/transformers`; or a function of a
 * text that returns its tokens, special ones included
 * @throws OptionError for a tokenizer or options that are none; FeatureError, while it is read, for
 * a text that isn't a string, naming the row
 * @example
 * const subject = tokens(encoder, { text: (mail: Mail) => mail.subject });
 * define({
 *   glance: embedding(small, { tokens: subject, limit: 16, dimensions: 384 }),
 *   meaning: embedding(encoder, { tokens: subject, dimensions: 384 }),
 * });
 */
export function tokens<Row>(tokenizer: unknown, options: TokensOptions<Row>): Tokens<Row> {
  checkKeys(options, ['text', 'limit', 'maxCharacters']);
  const { text, limit, maxCharacters = MOST_CHARACTERS } = options;
  if (limit !== undefined) checkWhole('limit', limit, 1);
  const { ids, ending } = splitterOf(tokenizer, limit);
  const read = textReader(maxCharacters);
  const of = (value: unknown) => ids(read(value));
  checkSource(text, 'text');
  const made: Transform<Row, Int32Array> =
    typeof text === 'function' ? transform((row: Row) => of(text(row))) : transform(text, of);
  return {
    ...made,
    name: 'tokens',
    ending,
    stated: { limit: limit ?? null, maxCharacters, ...statedSource(text) },
  };
}

/** How a text becomes tokens, and how many of them every text ends with. */
export interface Splitter {
  readonly ids: (text: string) => Int32Array;
  readonly ending: number;
}

/** @throws OptionError for a value that is no tokenizer */
export function splitterOf(given: unknown, limit: number | undefined): Splitter {
  const tokenizer = typeof given === 'function' && 'tokenizer' in given ? given.tokenizer : given;
  const split = isTokenizer(tokenizer) ? (text: string) => tokenizer.encode(text) : tokenizer;
  checkFunctionOfText(split);
  const ending = endingOf(idsOf(split('')), idsOf(split('a')));
  if (!isTokenizer(tokenizer)) {
    const most = limit ?? Number.POSITIVE_INFINITY;
    return { ending, ids: (text) => cutTokens(idsOf(split(text)), most, ending) };
  }
  const longest = tokenizer.model_max_length ?? Number.POSITIVE_INFINITY;
  const most = Math.min(longest, limit ?? longest);
  return { ending, ids: (text) => cutTokens(firstTokens(tokenizer, text, most), most, ending) };
}

/** Characters of a text that are tried first, for each token that is wanted: most texts have 3 to 6. */
const CHARACTERS = 8;
/** Tokens at the end of a part that might be others where the text goes on. */
const UNSURE = 8;

/**
 * A text's tokens, or of a long one at least the first `most`. Making thousands that are cut off
 * again can take longer than encoding the others, so that parts of the text are tried first. They end
 * between words, where tokenizers start anew.
 */
function firstTokens(tokenizer: Tokenizer, text: string, most: number): Int32Array {
  for (let size = CHARACTERS * most; size < text.length; size *= 4) {
    const words = wordsOf(text, size);
    const ids = words === '' ? NONE : idsOf(tokenizer.encode(words));
    if (ids.length >= most + UNSURE) return ids;
  }
  return idsOf(tokenizer.encode(text));
}

const NONE = new Int32Array(0);
const SPACE = /\s/u;

/** The whole words among the first characters of a text. */
function wordsOf(text: string, size: number): string {
  let end = size;
  while (end > 0 && !SPACE.test(text[end])) end--;
  return text.slice(0, end);
}

function checkFunctionOfText(split: unknown): asserts split is (text: string) => unknown {
  if (typeof split === 'object' && split !== null && 'then' in split) {
    throw new OptionError('tokenizer', `expected a tokenizer, got ${show(split)}`);
  }
  checkFunction('tokenizer', split);
}

/** The first `most` tokens of a text, with its special ones at the end. */
export function cutTokens(all: Int32Array, most: number, ending: number): Int32Array {
  if (all.length <= most) return all;
  const kept = Math.max(0, most - ending);
  const first = new Int32Array(most);
  first.set(all.subarray(0, kept));
  first.set(all.subarray(all.length - (most - kept)), kept);
  return first;
}

/** The tokens that an empty text and another have in common at their ends, those at the beginning left out. */
function endingOf(empty: Int32Array, other: Int32Array): number {
  let beginning = 0;
  while (beginning < empty.length && empty[beginning] === other[beginning]) beginning++;
  let ending = 0;
  while (
    ending < empty.length - beginning &&
    empty[empty.length - 1 - ending] === other[other.length - 1 - ending]
  )
    ending++;
  return ending;
}

function idsOf(given: unknown): Int32Array {
  if (given instanceof Int32Array) return given;
  if (isList(given)) {
    const ids = Int32Array.from(given, Number);
    if (ids.every((id, i) => id === Number(given[i]))) return ids;
  }
  throw new TypeError(`the tokenizer gave ${show(given)}; expected an array of whole numbers`);
}

export function isTokenizer(given: unknown): given is Tokenizer {
  return typeof given === 'function' && 'encode' in given && typeof given.encode === 'function';
}

export function isTokens(given: unknown): given is Tokens<never> {
  return typeof given === 'object' && given !== null && 'read' in given && 'ending' in given;
}
