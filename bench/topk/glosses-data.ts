import { define, tfidf } from 'spillway';
import { type Gloss, type GlossCategory, loadGlosses } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';

/** Cheap: the lemma's character n-grams and the gloss's words; costly: the gloss's character n-grams. */
export const glossFeatures = define({
  lemma: tfidf((row: Gloss) => row.lemma, { analyzer: 'char', ngrams: [2, 4], maxFeatures: 20_000 }),
  words: tfidf((row: Gloss) => row.gloss, { maxFeatures: 20_000 }),
  chars: tfidf((row: Gloss) => row.gloss, { analyzer: 'char', ngrams: [2, 6], maxFeatures: 50_000 }),
});

export interface GlossSplit {
  readonly train: { readonly rows: readonly Gloss[]; readonly labels: readonly GlossCategory[] };
  /** Candidates, that nothing is trained on. */
  readonly pool: readonly Gloss[];
  /** In the order of their codes. */
  readonly categories: readonly GlossCategory[];
}

const TRAIN = 30_000;
/** Sizes of a quick run. */
const FEW = { train: 3_000, pool: 8_000 };

export async function splitGlosses(seed: number, quick: boolean): Promise<GlossSplit> {
  const { rows, labels } = await loadGlosses();
  const order = Int32Array.from(rows.keys());
  random(seed).fork('bench glosses').shuffle(order);
  const train = order.subarray(0, quick ? FEW.train : TRAIN);
  const pool = order.subarray(train.length, quick ? train.length + FEW.pool : undefined);
  const known = Array.from(train, (row) => labels[row]);
  return {
    train: { rows: Array.from(train, (row) => rows[row]), labels: known },
    pool: Array.from(pool, (row) => rows[row]),
    categories: [...new Set(known)].sort(),
  };
}
