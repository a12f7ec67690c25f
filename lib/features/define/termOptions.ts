import { NO_VOCABULARY, shareMeant } from '#hints';
import { checkFlag, checkOneOf, checkWhole, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import type { JsonValue } from '../../util/state.js';
import type { GramOptions } from './text/grams.js';
import { TokenPattern } from './text/pattern/index.js';

/** Which terms of a text become columns. */
export interface TermOptions extends GramOptions {
  /**
   * Keeps at most this many terms, the most frequent in the training rows. @defaultValue no limit
   */
  readonly maxFeatures?: number;
  /** Leave out terms that fewer training rows hold. @defaultValue 1 */
  readonly minDf?: number;
  /** Leave out terms that more than this share of the training rows hold, 0 to 1. @defaultValue 1 */
  readonly maxDf?: number;
  /**
   * The number of columns for feature hashing: each term gets the column of its hash, instead of a
   * vocabulary (and its limits above). @defaultValue a vocabulary
   */
  readonly hashing?: number;
  /** A term that comes counts as once, however often it comes. @defaultValue false */
  readonly binary?: boolean;
  /** See `Feature.version`. */
  readonly version?: string;
}

/** The options of `TermOptions` by name, for checks of option types that extend it. */
export const TERM_OPTIONS = [
  'analyzer',
  'ngrams',
  'terms',
  'lowercase',
  'stripAccents',
  'stopWords',
  'tokenPattern',
  'binary',
  'maxFeatures',
  'minDf',
  'maxDf',
  'hashing',
  'version',
] as const;

/** A hash has 32 bits; beyond this a row's counts alone would take half a gigabyte. */
const MOST_BUCKETS = 2 ** 27;

/** @throws OptionError naming the option that is out of its range. */
export function checkTermOptions(options: TermOptions): void {
  const { analyzer, ngrams = [1, 1], maxFeatures, minDf, maxDf, hashing: buckets } = options;
  if (analyzer !== undefined) checkOneOf('analyzer', analyzer, ['word', 'char', 'char_wb']);
  const [shortest, longest] = Array.isArray(ngrams) ? ngrams : [0, 0];
  if (ngrams.length !== 2 || !isCount(shortest) || !isCount(longest) || shortest > longest) {
    const got = Array.isArray(ngrams) ? `[${ngrams}]` : show(ngrams);
    throw new OptionError('ngrams', `expected [shortest, longest] with 1 <= shortest <= longest, got ${got}`);
  }
  checkReading(options);
  if (maxFeatures !== undefined) checkWhole('maxFeatures', maxFeatures, 1);
  if (minDf !== undefined) checkWhole('minDf', minDf, 1);
  if (maxDf !== undefined && !(maxDf > 0 && maxDf <= 1)) {
    throw new OptionError('maxDf', `expected a share in (0, 1], got ${show(maxDf)}${shareMeant(maxDf)}`);
  }
  if (buckets === undefined) return;
  checkWhole('hashing', buckets, 1, MOST_BUCKETS);
  if (maxFeatures !== undefined || minDf !== undefined || maxDf !== undefined) {
    throw new OptionError('hashing', `keeps no vocabulary${NO_VOCABULARY}`);
  }
}

/** How texts are read. */
function checkReading(options: TermOptions): void {
  const { analyzer = 'word', terms, lowercase, stripAccents, binary } = options;
  if (terms !== undefined) checkOneOf('terms', terms, ['python']);
  if (lowercase !== undefined) checkFlag('lowercase', lowercase);
  if (binary !== undefined) checkFlag('binary', binary);
  if (stripAccents !== undefined) checkOneOf('stripAccents', stripAccents, ['unicode', 'ascii']);
  for (const option of ['stopWords', 'tokenPattern'] as const) {
    if (options[option] !== undefined && analyzer !== 'word')
      throw new OptionError(option, `is about words, and analyzer is '${analyzer}': leave it out`);
  }
  const { stopWords, tokenPattern } = options;
  if (stopWords !== undefined) {
    const wrong = Array.isArray(stopWords) ? stopWords.findIndex((word) => typeof word !== 'string') : 0;
    if (wrong >= 0) throw new OptionError('stopWords', `expected a list of words, got ${show(stopWords)}`);
  }
  if (tokenPattern === undefined) return;
  if (typeof tokenPattern !== 'string')
    throw new OptionError('tokenPattern', `expected a pattern as a text, got ${show(tokenPattern)}`);
  new TokenPattern(tokenPattern);
}

/** All options that change values, defaults included; of those about reading texts only what isn't the default. */
export function statedTerms(options: TermOptions): Readonly<Record<string, JsonValue>> {
  const { analyzer = 'word', ngrams = [1, 1], maxFeatures, hashing: buckets } = options;
  const { terms, lowercase = true, stripAccents, stopWords, tokenPattern, binary = false } = options;
  const common = {
    analyzer,
    ngrams: [...ngrams],
    hashing: buckets ?? null,
    ...(terms && { terms }),
    ...(!lowercase && { lowercase }),
    ...(stripAccents && { stripAccents }),
    ...(stopWords && stopWords.length > 0 && { stopWords: [...stopWords] }),
    ...(tokenPattern !== undefined && { tokenPattern }),
    ...(binary && { binary }),
  };
  if (buckets !== undefined) return common;
  return {
    ...common,
    maxFeatures: maxFeatures ?? null,
    minDf: options.minDf ?? 1,
    maxDf: options.maxDf ?? 1,
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
