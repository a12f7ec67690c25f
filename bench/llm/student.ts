import { define, dense, type FeatureSet, type Learner, logisticRegression, tfidf } from 'spillway';
import { RowView } from 'spillway/extend';
import type { StageEvidence } from '../../cascades/chain/index.js';
import { stageEvidence } from '../../cascades/scoring/index.js';
import { type Block, gather } from '../../lib/data/blocks/index.js';
import { classRule } from '../../lib/learn/exits/index.js';
import { random, stratifiedFolds } from '../../lib/stats/index.js';
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

/** What a student says of the rows that it was trained on, each by a model that hadn't seen it, and of others. */
export interface Student {
  readonly known: StageEvidence;
  readonly others: StageEvidence;
  /** rows x classes. */
  readonly scores: Float64Array;
}

export interface StudentOptions {
  readonly known: readonly AskedText[];
  readonly others: readonly AskedText[];
  readonly classes: number;
  readonly seed: number;
  /** Whether it learns what the model said of each class, and not the answer alone. @defaultValue true */
  readonly isSoft?: boolean | undefined;
  /** @defaultValue words and characters, and meaning where rows have vectors */
  readonly features?: FeatureSet<AskedText, string> | undefined;
}

const FOLDS = 5;

/** Words and characters, and meaning where rows have vectors. */
export function featuresFor([{ vector }]: readonly AskedText[]): FeatureSet<AskedText, string> {
  return vector === undefined ? studentFeatures : withMeaning(vector.length);
}

/** One logistic regression, as anyone would write it: no search, no stages. */
export async function trainStudent({
  known,
  others,
  classes,
  seed,
  isSoft = true,
  features = featuresFor(known),
}: StudentOptions): Promise<Student> {
  const blocks: Block[] = [];
  const unseen: Block[] = [];
  for (const name of features.names) {
    const fitted = await features.get(name).fit(RowView.of(known));
    blocks.push(await fitted.compute(RowView.of(known)));
    unseen.push(await fitted.compute(RowView.of(others)));
  }
  const labels = Int32Array.from(known, ({ answer }) => answer);
  const set = (rows: Int32Array) => {
    const soft = new Float64Array(rows.length * classes);
    rows.forEach((row, i) => {
      soft.set(known[row].said, i * classes);
    });
    return {
      blocks: blocks.map((block) => gather(block, rows)),
      rows: rows.length,
      classes,
      labels: rows.map((row) => labels[row]),
      ...(isSoft && { soft }),
    };
  };
  const all = Int32Array.from(known.keys());
  const plain: Learner = logisticRegression();
  const learner = (await plain.choose?.(set(all), { seed })) ?? plain;
  const scoresOf = async (rows: Int32Array, of: readonly Block[]) => {
    const model = await learner.fit(set(rows), { seed });
    const scores = new Float64Array(of[0].rows * classes);
    await model.score(of, scores);
    return scores;
  };
  const scores = await scoresOf(all, unseen);
  const fold = stratifiedFolds(labels, FOLDS, random(seed).fork('folds'));
  const held = new Float64Array(known.length * classes);
  for (let f = 0; f < FOLDS; f++) {
    const out = all.filter((row) => fold[row] === f);
    const own = await scoresOf(
      all.filter((row) => fold[row] !== f),
      blocks.map((block) => gather(block, out)),
    );
    out.forEach((row, i) => {
      held.set(own.subarray(i * classes, (i + 1) * classes), row * classes);
    });
  }
  const evidence = (rows: readonly AskedText[], of: Float64Array) =>
    stageEvidence(
      (answer, row) => Number(answer !== rows[row].answer),
      classRule({ kind: 'argmax' }),
      of.slice(),
      classes,
    );
  return { known: evidence(known, held), others: evidence(others, scores), scores };
}
