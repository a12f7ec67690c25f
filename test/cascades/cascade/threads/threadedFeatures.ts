import { isMainThread } from 'node:worker_threads';
import type { TextRow } from '../../../../datasets/index.js';
import { define, tfidf } from '../../../../lib/features/define/index.js';

/** A row that may keep its thread, or end it. */
export interface ThreadedRow extends TextRow {
  /** Shared: entry 0 becomes 1 when a thread computes the row, which it does until entry 1 isn't 0 any more. */
  readonly gate?: Int32Array;
}

/** Rows that were read once: by the check at the door, which these pass. */
const read = new WeakSet<ThreadedRow>();

/** What threads import: the features of `textModel`, whose bodies may say how they end. */
export const features = define({
  title: tfidf(({ title, gate }: ThreadedRow) => {
    if (gate !== undefined) {
      Atomics.store(gate, 0, 1);
      Atomics.wait(gate, 1, 0);
    }
    return title;
  }),
  body: tfidf((row: ThreadedRow) => {
    const { body } = row;
    if (body === 'throws' && !read.delete(row)) read.add(row);
    else if (body === 'throws') throw new RangeError('no such body');
    if (isMainThread) return body;
    if (body === 'dies') process.exit(3);
    while (body === 'hangs');
    return body;
  }),
});
