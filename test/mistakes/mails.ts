import { define, dense, logisticRegression, oneHot, tfidf, tune } from '../../index.js';
import { profileOf } from '../support/agreement.js';

/** A table as a first user has one. */
export interface Mail {
  readonly subject: string;
  readonly sender: string;
  readonly size: number;
}

export type Kind = 'good' | 'spam';

export const mails: readonly Mail[] = Array.from({ length: 60 }, (_, i) => ({
  subject: `${i % 2 === 0 ? 'minutes of the meeting' : 'win a prize now'} ${i % 7}`,
  sender: ['ann', 'bob', 'cem'][i % 3],
  size: (i * 37) % 100,
}));
export const labels: readonly Kind[] = mails.map((_, i) => (i % 2 === 0 ? 'good' : 'spam'));

export const features = define({
  size: dense(1, (rows: readonly Mail[]) => Float32Array.from(rows, ({ size }) => size)),
  subject: tfidf((mail: Mail) => mail.subject),
  sender: oneHot((mail: Mail) => mail.sender),
});

export const profile = profileOf({ size: 1, subject: 10, sender: 2 });

/** What goes right: each mistake changes one thing. */
export const right = {
  features,
  rows: mails,
  labels,
  full: logisticRegression(),
  bound: { loss: 'disagreement', epsilon: 0.05 },
  split: { folds: 2 },
  profile,
  allowVacuous: true,
} as const;

export const tuned = () => tune(right);
