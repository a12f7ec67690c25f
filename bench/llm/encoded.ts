import { embedding } from 'spillway';
import { RowView } from 'spillway/extend';
import { readRow } from '../../lib/data/blocks/index.js';
import { openEncoders } from '../sentences/encoders.js';
import type { AnsweredCorpus, AskedText } from './corpora.js';

const BATCH = 256;
/** Numbers of MiniLM's vectors. */
const DIMENSIONS = 384;

/** The corpus with the vectors of its texts, where MiniLM is at hand. */
export async function withVectors(
  corpus: AnsweredCorpus,
  log: (text: string) => void,
): Promise<AnsweredCorpus> {
  const encoders = await openEncoders();
  if (typeof encoders === 'string') {
    log(`without an encoder (${encoders}) the student reads words and characters alone`);
    return corpus;
  }
  log(`${corpus.name}: encoding`);
  const { rows } = corpus;
  const feature = embedding<AskedText>(encoders.whole, {
    text: ({ text }: AskedText) => text,
    dimensions: DIMENSIONS,
    limit: 64,
    cache: false,
  });
  const fitted = await feature.fit(RowView.of(rows));
  const vectors: Float32Array[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const block = await fitted.compute(RowView.of(rows.slice(from, from + BATCH)));
    for (let row = 0; row < block.rows; row++) {
      const vector = new Float32Array(DIMENSIONS);
      readRow([block], row, vector);
      vectors.push(vector);
    }
  }
  return { ...corpus, rows: corpus.rows.map((row, i) => ({ ...row, vector: vectors[i] })) };
}
