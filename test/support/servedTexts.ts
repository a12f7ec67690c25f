import { counts, define, dense, oneHot, tfidf, transform } from 'spillway/runtime';
import type { TextRow } from '../../datasets/index.js';

const upper = transform((row: TextRow) => row.title.toUpperCase());

/** Every kind of feature that `spillway/runtime` has, made by it; a page loads this file too. */
export const servedTexts = define({
  shape: dense(2, (rows: readonly TextRow[]) =>
    Float32Array.from(rows.flatMap(({ title, body }) => [title.length, body.length])),
  ),
  opening: oneHot((row: TextRow) => row.title.slice(0, 2)),
  title: tfidf((row: TextRow) => row.title, { sublinear: true, ngrams: [1, 2] }),
  shouted: tfidf(upper),
  bag: counts((row: TextRow) => row.title, { minDf: 2 }),
  hashed: tfidf((row: TextRow) => row.title, { hashing: 256, analyzer: 'char', ngrams: [2, 3] }),
  body: tfidf((row: TextRow) => row.body, { maxFeatures: 500 }),
});
