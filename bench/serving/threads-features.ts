import { tfidf } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../../examples/mail/pipeline.js';

/** The module that threads import: an expensive feature, a medium one and a cheap one of mails. */

export const chars = tfidf((mail: Mail) => mail.body, {
  analyzer: 'char',
  ngrams: [2, 6],
  maxFeatures: 50_000,
  sublinear: true,
});

export const words = features.get('words');

export const signals = features.get('signals');
