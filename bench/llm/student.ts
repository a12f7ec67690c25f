import { define, dense, type FeatureSet, logisticRegression, tfidf } from 'spillway';
import { random } from '../../lib/stats/index.js';
import { type Student, teach } from '../../llm/student.js';
import type { AskedText } from './corpora.js';

/** Words, and the characters of words. */
export const studentFeatures: FeatureSet<AskedText, string> = define<AskedText, string>({
  words: tfidf(({ text }) => text, { ngrams: [1, 2], maxFeatures: 20_000, sublinear: true }),
  chars: tfidf(({ text }) => text, {
    analyzer: 'char',
    ngrams: [2, 4],
    maxFeatures: 20_000,
    sublinear: true,
  }),
});

export const wordsAlone: FeatureSet<AskedText, string> = define<AskedText, string>({
  words: studentFeatures.get('words'),
});

/** Words and characters, and what an encoder made of the text: rows have their vectors. */
export function withMeaning(dimensions: number): FeatureSet<AskedText, string> {
  return define<AskedText, string>({
    words: studentFeatures.get('words'),
    chars: studentFeatures.get('chars'),
    meaning: dense(
      dimensions,
      (rows) => {
        const block = new Float32Array(rows.length * dimensions);
        rows.forEach(({ vector }, row) => {
          if (vector !== undefined) block.set(vector, row * dimensions);
        });
        return block;
      },
      { scaling: 'block' },
    ),
  });
}

export interface StudentOptions {
  readonly known: readonly AskedText[];
  readonly others: readonly AskedText[];
  readonly classes: number;
  readonly seed: number;
  /** @defaultValue words and characters, and meaning where rows have vectors */
  readonly features?: FeatureSet<AskedText, string> | undefined;
}

/** Words and characters, and meaning where rows have vectors. */
export function featuresFor([{ vector }]: readonly AskedText[]): FeatureSet<AskedText, string> {
  return vector === undefined ? studentFeatures : withMeaning(vector.length);
}

/** The student of `mapRows`: one logistic regression, on what the model said of each class. */
export function trainStudent({
  known,
  others,
  classes,
  seed,
  features = featuresFor(known),
}: StudentOptions): Promise<Student> {
  return teach(
    { features, learner: logisticRegression() },
    {
      rows: known,
      classes: Int32Array.from(known, ({ answer }) => answer),
      width: classes,
      soft: Float64Array.from(known.flatMap(({ said }) => [...said])),
    },
    others,
    random(seed),
  );
}
