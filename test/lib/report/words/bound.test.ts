import test from 'ava';
import { certificateFacts } from '../../../../lib/report/words/certificate.js';
import { sample } from '../sample.js';

test('losses of numbers are told in the units of the answers', (t) => {
  const facts = new Map(certificateFacts({ ...sample.certificate, epsilon: 0.05, scale: 4 }));
  t.is(facts.get('bound'), 'at most 0.2 on average (5 % of 4)');
});
