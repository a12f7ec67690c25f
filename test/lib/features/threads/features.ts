import { threadId } from 'node:worker_threads';
import { FeatureError } from '../../../../lib/errors.js';
import { dense, type Feature, type RowView, tfidf } from '../../../../lib/features/define/index.js';

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

/** Ends the thread that computes it, in the module that threads are given; here it doesn't. */
export const mortal = dense(1, (rows: readonly Text[]) => new Float32Array(rows.length).fill(7));

export const threadIds = dense(1, (rows: readonly Text[]) => new Float32Array(rows.length).fill(threadId));

/** Fails for a row that is 'bad', which it names. */
export const picky: Feature<Text> = {
  ...lengths,
  load: (state) => {
    const fitted = lengths.load(state);
    return {
      ...fitted,
      compute(view: RowView<Text>) {
        const bad = view.rows().findIndex(({ text }) => text === 'bad');
        if (bad >= 0) throw new FeatureError('', view.at(bad), 'is bad');
        return fitted.compute(view);
      },
    };
  },
  fit: () => picky.load({ json: { columns: 1 }, tensors: {} }),
};
