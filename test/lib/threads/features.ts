import { dense, tfidf } from '../../../lib/features/index.js';

export interface Text {
  readonly text: string;
}

export const words = tfidf((row: Text) => row.text, { maxFeatures: 50 });

export const lengths = dense(1, (rows: readonly Text[]) =>
  Float32Array.from(rows, ({ text }) => text.length),
);

export const failing = dense(1, (rows: readonly Text[]): Float32Array => {
  throw new Error(`no answer for ${rows.length}`);
});
