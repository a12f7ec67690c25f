import test from 'ava';
import { certificateFacts } from '../../../../lib/report/words/certificate.js';
import { sample } from '../sample.js';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];

test('harm of many classes: the most harmed by name, the others together', (t) => {
  const byClass = letters.map((label, c) => ({
    label,
    rows: 10,
    worse: c < 8 ? 9 - c : 0,
    better: c === 7 ? 1 : 0,
  }));
  const facts = new Map(certificateFacts({ ...sample.certificate, byClass }));
  t.is(
    facts.get('by class'),
    'a 9 worse, 0 better of 10; b 8 worse, 0 better of 10; c 7 worse, 0 better of 10; d 6 worse, 0 better of 10; e 5 worse, 0 better of 10; f 4 worse, 0 better of 10; 20 others: 5 worse, 1 better',
  );
  const none = certificateFacts({ ...sample.certificate, byClass: [{ label: 'a', worse: 0, better: 0 }] });
  t.is(new Map(none).get('by class'), 'no right answer made wrong, and no wrong one right');
});
