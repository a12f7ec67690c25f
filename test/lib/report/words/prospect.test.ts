import test from 'ava';
import { certificateFacts } from '../../../../lib/report/words/certificate.js';
import { sample } from '../sample.js';

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
    'a plan that loses half of epsilon takes some 2,900 certification rows, 7,300 rows in all',
  );
  t.is(
    facts.get('to be gained'),
    'on the tuning rows such a plan costs 20.0 µs a row instead of 481 µs, 24.1×; an estimate, no promise',
  );
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
