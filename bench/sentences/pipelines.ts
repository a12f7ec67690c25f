import { define, dense, embedding, tfidf, tokens } from 'spillway';
import type { Gloss, Mail } from 'spillway/datasets';
import type { Encoders } from './encoders.js';

/** What a pipeline of sentences differs in. */
export interface SentencesOf<Row> {
  /** What words are counted in. */
  readonly words: (row: Row) => string;
  /** What is encoded. */
  readonly text: (row: Row) => string;
  /** Tokens that the encoder reads, and those of its first two layers alone. */
  readonly limit: number;
  readonly glance: number;
}

export const MAIL: SentencesOf<Mail> = {
  words: ({ subject, body }) => `${subject}\n${body}`,
  text: ({ subject, body }) => `${subject}\n${body.slice(0, 1_000)}`,
  limit: 64,
  glance: 32,
};

export const GLOSS: SentencesOf<Gloss> = {
  words: ({ gloss }) => gloss,
  text: ({ lemma, gloss }) => `${lemma}: ${gloss}`,
  limit: 64,
  glance: 32,
};

const DIMENSIONS = 384;
/** Vectors aren't kept, since rows are answered several times, and each time is to cost the same. */
const FRESH = { dimensions: DIMENSIONS, cache: false } as const;

/** Words, the first two layers on the first tokens, and all layers; tokens are made once. */
export function sentenceFeatures<Row>(
  { words, text, limit, glance }: SentencesOf<Row>,
  { whole, shallow }: Encoders,
) {
  const ids = tokens(whole, { text, limit });
  const short = embedding(shallow, { tokens: ids, limit: glance, ...FRESH });
  const full = embedding(whole, { tokens: ids, ...FRESH });
  return {
    features: define({
      words: tfidf(words, { maxFeatures: 20_000, sublinear: true }),
      glance: short,
      meaning: full,
    }),
    counts: { glance: short.counts, meaning: full.counts },
  };
}

/** Words and all layers: what is cheaper is derived. */
export function plainFeatures<Row>({ words, text, limit }: SentencesOf<Row>, { layered }: Encoders) {
  const meaning = embedding(layered, { text, limit, ...FRESH });
  return {
    features: define({ words: tfidf(words, { maxFeatures: 20_000, sublinear: true }), meaning }),
    counts: meaning.counts,
  };
}

/** Vectors of rows that were encoded beforehand: rows x 384. */
export interface Vectors {
  readonly glance: Float32Array;
  readonly meaning: Float32Array;
}

/** The same pipeline over vectors that are there already. */
export function givenFeatures<Row extends object>(
  { words }: SentencesOf<Row>,
  rows: readonly Row[],
  vectors: Vectors,
) {
  const positions = new Map(rows.map((row, i) => [row, i]));
  const given = (table: Float32Array) =>
    dense(
      DIMENSIONS,
      (requested: readonly Row[]) => {
        const values = new Float32Array(requested.length * DIMENSIONS);
        requested.forEach((row, i) => {
          const at = (positions.get(row) ?? 0) * DIMENSIONS;
          values.set(table.subarray(at, at + DIMENSIONS), i * DIMENSIONS);
        });
        return values;
      },
      { scaling: 'block' },
    );
  return define({
    words: tfidf(words, { maxFeatures: 20_000, sublinear: true }),
    glance: given(vectors.glance),
    meaning: given(vectors.meaning),
  });
}
