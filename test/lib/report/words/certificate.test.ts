import test from 'ava';
import { certificateFacts } from '../../../../lib/report/words/certificate.js';
import { sample } from '../sample.js';

test('a certificate says when, by what, from which seed and how many rows', (t) => {
  const made = {
    date: '2026-03-01T09:30:00.000Z',
    version: '1.2.3',
    seed: 7,
    rows: { tune: 3_000, certify: 2_000 },
  };
  t.is(
    new Map(certificateFacts({ ...sample.certificate, made })).get('made'),
    '2026-03-01 by spillway 1.2.3, seed 7; tuned on 3,000 rows, 2,000 kept for the certificate',
  );
});
