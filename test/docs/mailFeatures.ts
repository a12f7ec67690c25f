import type { Mail } from '../../datasets/index.js';
import { define, tfidf } from '../../lib/features/define/index.js';

/** As docs/README.md defines them. */
export const features = define({
  subject: tfidf((mail: Mail) => mail.subject),
  words: tfidf((mail: Mail) => mail.body),
  chars: tfidf((mail: Mail) => mail.body, { analyzer: 'char', ngrams: [2, 4], maxFeatures: 2_000 }),
});
