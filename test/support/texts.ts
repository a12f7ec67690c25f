import { type TextRow, textWorld } from '../../datasets/index.js';
import { counts, define, dense, type Label, logisticRegression, oneHot, tfidf, tune } from '../../index.js';
import { profileOf } from './agreement.js';

/** Every kind of built-in feature, over the documents of a text world. */
export const textFeatures = define({
  shape: dense(2, (rows: readonly TextRow[]) =>
    Float32Array.from(rows.flatMap(({ title, body }) => [title.length, body.length])),
  ),
  opening: oneHot((row: TextRow) => row.title.slice(0, 2)),
  title: tfidf((row: TextRow) => row.title, { sublinear: true }),
  bag: counts((row: TextRow) => row.title, { minDf: 2 }),
  hashed: tfidf((row: TextRow) => row.title, { hashing: 256, analyzer: 'char', ngrams: [2, 3] }),
  body: tfidf((row: TextRow) => row.body, { maxFeatures: 500 }),
});

export const textProfile = profileOf({
  shape: 100,
  opening: 100,
  title: 1,
  bag: 100,
  hashed: 100,
  body: 100,
});

/** Logistic regression throughout, on documents whose labels are `names`, certified within 5 %. */
export async function tuneTexts<L extends Label>(names: readonly L[]) {
  const world = textWorld({ rows: 800, seed: 1, classes: names.length, bodyWords: 12, easy: 0.7 });
  const labels = world.labels.map((letter) => names[letter.charCodeAt(0) - 97]);
  const cascade = await tune({
    features: textFeatures,
    rows: world.rows,
    labels,
    full: logisticRegression({ l2: 0.1 }),
    profile: textProfile,
    split: { folds: 2 },
    effort: 'quick',
    bound: { epsilon: 0.05 },
  });
  return { rows: world.rows, labels, cascade };
}
