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
  // Files of earlier versions have no digests.
  t.false(new Map(certificateFacts({ ...sample.certificate, made })).has('rows'));
  const digests = { tune: 'abc' };
  t.is(
    new Map(certificateFacts({ ...sample.certificate, made: { ...made, digests } })).get('rows'),
    'by digest of their content in any order, 3,000 rows to tune on are abc, 2,000 rows to certify have no digest',
  );
  const files = { tune: ['a.csv'], certify: ['b.csv', 'c.csv', 'd.csv', 'e.csv', 'f.csv'] };
  t.is(
    new Map(certificateFacts({ ...sample.certificate, made: { ...made, digests, files } })).get('rows'),
    'by digest of their content in any order, 3,000 rows of a.csv to tune on are abc, ' +
      '2,000 rows of b.csv, c.csv, d.csv and 2 more to certify have no digest',
  );
});

test('where too few rows were there it says how many are enough, and what they would buy', (t) => {
  const prospect = {
    unit: 'rows',
    cost: 20,
    fullCost: 481,
    speedup: 24.05,
    certify: 2_917,
    total: 7_293,
    least: 748,
  } as const;
  const facts = new Map(certificateFacts({ ...sample.certificate, prospect }));
  t.is(facts.get('rows in all'), 'at least 748, with this split');
  t.is(
    facts.get('enough rows'),
    'a plan that loses half of the bound takes some 2,900 certification rows, 7,300 rows in all',
  );
  t.is(
    facts.get('to be gained'),
    'on the tuning rows such a plan costs 20.0 µs a row instead of 481 µs, 24.1×; an estimate, no promise',
  );
  t.regex(facts.get('trying again') ?? '', /fresh rows alone, or fix the number of rows beforehand/);
  const nothing = certificateFacts({
    ...sample.certificate,
    prospect: { ...prospect, speedup: 1, least: null, total: null },
  });
  t.is(
    new Map(nothing).get('to be gained'),
    'on the tuning rows no such plan is cheaper than the full model',
  );
  t.false(new Map(nothing).has('rows in all'));
});

test('losses of numbers are told in the units of the answers', (t) => {
  const facts = new Map(certificateFacts({ ...sample.certificate, epsilon: 0.05, scale: 4 }));
  t.is(facts.get('bound'), 'at most 0.2 on average');
});

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
