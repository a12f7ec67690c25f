import type { Feature } from './feature.js';
import { type TermOptions, terms } from './terms.js';
import type { Source } from './view.js';

export interface TfidfOptions extends TermOptions {
  /** Damp counts to 1 + ln(count). @defaultValue false */
  readonly sublinear?: boolean;
  /** Weigh terms by rarity, ln((1 + rows) / (1 + rows with it)) + 1. @defaultValue true */
  readonly idf?: boolean;
  /** Scale each row to length 1, or leave it. @defaultValue 'l2' */
  readonly norm?: 'l2' | 'none';
}

/**
 * TF-IDF of a text's word or character n-grams (Salton and Buckley 1988, with scikit-learn's smoothed idf): a sparse
 * block, rows x terms. Text is lower-cased; a term that the training rows don't hold is ignored.
 *
 * @throws OptionError naming the option that is out of its range.
 * @example
 * tfidf((mail: Mail) => mail.body, { analyzer: 'char', ngrams: [2, 5], maxFeatures: 50_000 });
 */
export function tfidf<Row>(source: Source<Row, string>, options: TfidfOptions = {}): Feature<Row> {
  return terms('tfidf', source, options, {
    sublinear: options.sublinear ?? false,
    idf: options.idf ?? true,
    normalise: (options.norm ?? 'l2') === 'l2',
  });
}
