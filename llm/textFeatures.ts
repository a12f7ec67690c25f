import { define, type Feature, type FeatureSet, type Source, tfidf } from '../lib/features/define/index.js';

/** Words: more of them are rarely telling in some thousands of rows. */
const WORDS = 20_000;
const CHARACTERS = 50_000;

/**
 * What cheap stages read of a text by default: its words, its runs of two to five characters, which also tell word forms
 * and languages without spaces, and an embedding where there is one.
 */
export function textFeatures<Row>(
  text: Source<Row, string>,
  embedding: Feature<Row> | undefined,
): FeatureSet<Row> {
  const terms = textTerms(text);
  return define<Row>(embedding === undefined ? terms : { ...terms, embedding });
}

/**
 * Features of a text that cheap stages read by default: its words alone and in pairs, and its runs of two to five
 * characters.
 *
 * @param text a function of a row, or a `column`
 * @example
 * const features = define({ ...textTerms(column<string>('text')), length: column('length') });
 */
export function textTerms<Row>(
  text: Source<Row, string>,
): Readonly<Record<'words' | 'characters', Feature<Row>>> {
  return {
    words: tfidf(text, { ngrams: [1, 2], maxFeatures: WORDS, sublinear: true }),
    characters: tfidf(text, { analyzer: 'char', ngrams: [2, 5], maxFeatures: CHARACTERS, sublinear: true }),
  };
}
