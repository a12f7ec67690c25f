import type { Mail } from '../../datasets/index.js';
import { define, logisticRegression, tfidf, tune } from '../../index.js';
import { mailsOf } from './datasets.js';

/** What the documentation's examples may use without saying where it comes from: the globals of their pages. */

const known = mailsOf(1_200, 1);
const features = define({
  subject: tfidf((mail: Mail) => mail.subject),
  words: tfidf((mail: Mail) => mail.body),
  chars: tfidf((mail: Mail) => mail.body, { analyzer: 'char', ngrams: [2, 4], maxFeatures: 2_000 }),
});

export const prelude = {
  mails: known.rows,
  labels: known.labels,
  newMails: mailsOf(200, 2).rows,
  laterMails: mailsOf(200, 3).rows,
  features,
  cascade: await tune({
    features,
    rows: known.rows,
    labels: known.labels,
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.02 },
    seed: 1,
  }),
  /** Called with each result that a page states. */
  shown: <T>(_actual: T, _stated: T, _line: number): void => {},
};
