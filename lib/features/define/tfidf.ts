import { checkFlag, checkKeys, checkOneOf } from '../../check.js';
import type { Feature } from './feature.js';
import { TERM_OPTIONS, type TermOptions } from './termOptions.js';
import { terms } from './terms.js';
import type { Source } from './view.js';
import type { Norm } from './weighting.js';

/** Options of `tfidf`. */
export interface TfidfOptions extends TermOptions {
  /** Damp counts to 1 + ln(count). @defaultValue false */
  readonly sublinear?: boolean;
  /** Weigh terms by rarity, ln((1 + rows) / (1 + rows with it)) + 1. @defaultValue true */
  readonly idf?: boolean;
  /** Scale each row to length 1 (`'l2'`) or to a sum of 1 (`'l1'`), or leave it. @defaultValue 'l2' */
  readonly norm?: Norm;
}

/**
 * TF-IDF of a text's word or character n-grams (Salton and Buckley 1988, with scikit-learn's smoothed idf): a sparse
 * block, rows x terms. Text is lower-cased unless told otherwise; a term that the training rows don't hold is ignored.
 *
 * Its fidelities are named by what they read: the first characters (`256`), the first line or sentence within these
 * (`line256`, `sentence256`), the last characters (`end256`), or n-grams of fewer sizes (`2-3`). Vocabulary and rarity
 * are those of the feature. A cut moves back by up to 63 characters to where a word ends, or between two characters.
 *
 * @param source a function from a row to its text, or a {@link Transform} that has it
 * @throws OptionError naming the option that is out of its range.
 * @example
 * tfidf((mail: Mail) => mail.body, { analyzer: 'char', ngrams: [2, 5], maxFeatures: 50_000 });
 */
export function tfidf<Row>(source: Source<Row, string>, options: TfidfOptions = {}): Feature<Row> {
  checkKeys(options, [...TERM_OPTIONS, 'sublinear', 'idf', 'norm']);
  const { binary = false, sublinear = false, idf = true, norm = 'l2' } = options;
  checkFlag('sublinear', sublinear);
  checkFlag('idf', idf);
  checkOneOf('norm', norm, ['l1', 'l2', 'none']);
  return terms('tfidf', source, options, { binary, sublinear, idf, norm }, { sublinear, idf, norm });
}

/**
 * How often each word or character n-gram occurs in a text: a sparse block, rows x terms.
 *
 * @param source a function from a row to its text, or a {@link Transform} that has it
 * @throws OptionError naming the option that is out of its range.
 * @example
 * counts((mail: Mail) => mail.subject, { minDf: 2 });
 */
export function counts<Row>(source: Source<Row, string>, options: TermOptions = {}): Feature<Row> {
  checkKeys(options, TERM_OPTIONS);
  const { binary = false } = options;
  return terms('counts', source, options, { binary, sublinear: false, idf: false, norm: 'none' });
}
