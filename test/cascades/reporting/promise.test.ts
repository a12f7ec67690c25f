import test from 'ava';
import { inWords } from '../../../cascades/losses/index.js';
import { foundOf, observedOf, promiseOf } from '../../../cascades/reporting/promise.js';
import type { Clause } from '../../../entries/types.js';
import { absoluteError, precision, recall } from '../../../index.js';
import { certificateOf } from '../../support/plans.js';

const clause: Clause = {
  loss: 'disagreement',
  epsilon: 0.01,
  bound: 'exact',
  method: 'exact binomial, fixed sequence',
  n: 500,
  lost: 1,
  upper: 0.0095,
  rowsNeeded: null,
};

const certificate = certificateOf({
  ...clause,
  labelled: true,
  observed: { rows: 500, changed: 1, worse: 1, better: 0, byClass: [] },
});

test('a promise in a sentence, for every loss', (t) => {
  const stated = (loss: Clause['loss']) => promiseOf({ ...certificate, loss });
  t.is(
    stated('disagreement'),
    "With 95 % confidence, the share of answers that differ from the full model's is at most 1 % on data drawn like the 500 certification rows.",
  );
  t.is(
    stated(recall('spam')),
    'With 95 % confidence, the recall of "spam" against the full model\'s answers, not the labels, is at least 99 % (of the rows that the full model calls "spam", the cascade calls at most 1 % something else) on data drawn like the 500 certification rows. Other answers are not covered.',
  );
  t.regex(
    stated(precision(3)),
    /of the rows that the cascade calls 3, the full model calls at most 1 % something else/,
  );
  t.regex(stated({ name: 'cost' }), /the mean of 'cost' is at most 1 % on data/);
});

test('several promises in one sentence', (t) => {
  const all = [clause, { ...clause, loss: { name: 'cost' }, epsilon: 0.02 }];
  t.is(
    promiseOf({ ...certificate, all }),
    "With 95 % confidence, the share of answers that differ from the full model's is at most 1 %, and the mean of 'cost' is at most 2 % on data drawn like the 500 certification rows.",
  );
  t.notRegex(promiseOf({ ...certificate, all: [{ ...clause, loss: recall('a') }, clause] }), /not covered/);
});

test('over groups it is an average, and their number is said', (t) => {
  const text = promiseOf({ ...certificate, unit: 'groups', n: 80 });
  t.regex(text, /at most 1 %, averaged over groups, on data drawn like the 80 certification groups\.$/);
});

test('where nothing is promised it says so, and why', (t) => {
  t.is(
    promiseOf({ ...certificate, verdict: 'full-model-only', reason: 'too few' }),
    'The full model answers everything: too few.',
  );
  t.is(promiseOf({ ...certificate, verdict: 'void', reason: 'x' }), 'Nothing is promised (void): x.');
});

test('what was found of each loss', (t) => {
  t.is(foundOf(clause, 'rows'), 'total loss 1 on 500 rows');
  t.is(
    foundOf({ ...clause, lost: 0.1 + 0.2 }, 'groups'),
    'total loss 0.3, summed over the means of 500 groups',
  );
  t.is(
    foundOf({ ...clause, loss: recall('spam') }, 'rows'),
    'the cascade misses 1 of 500 rows that the full model calls "spam"',
  );
  t.is(
    foundOf({ ...clause, loss: precision('spam') }, 'rows'),
    'the full model disagrees on 1 of 500 rows that the cascade calls "spam"',
  );
  t.is(foundOf({ ...clause, method: 'none' }, 'rows'), 'nothing was tested');
  t.is(observedOf(certificate), '1 of 500 answers changed, 1 for the worse and 0 for the better');
  t.regex(
    observedOf({ ...certificate, loss: { name: 'cost' } }),
    /^total loss 1 on 500 rows; 1 of 500 answers/,
  );
  t.is(observedOf({ ...certificate, observed: { ...certificate.observed, rows: 0 } }), 'nothing was tested');
  t.is(inWords(precision('spam')).title, 'precision of "spam" against the full model\'s answers');
});

test('counts have their thousands apart', (t) => {
  const observed = { rows: 12_345, changed: 1_234, worse: 1_000, better: 234, byClass: [] };
  const large = { ...certificate, n: 12_345, observed, copies: 2_000 };
  t.is(observedOf(large), '1,234 of 12,345 answers changed, 1,000 for the worse and 234 for the better');
  t.regex(promiseOf(large), /is at most 1 % on data drawn like the 12,345 certification rows\./);
  const named = { ...large, population: 'all of them, equal or not' };
  t.regex(promiseOf(named), /is at most 1 % on all of them, equal or not\./);
  t.is(foundOf({ ...clause, n: 12_345, lost: 1_234 }, 'rows'), 'total loss 1,234 on 12,345 rows');
  t.is(foundOf({ ...clause, n: 50_000, lost: 12_345 }, 'rows'), 'total loss 12,345 on 50,000 rows');
  t.regex(
    foundOf({ ...clause, loss: absoluteError(12_345) }, 'rows'),
    /differences above 12,345 count as 12,345/,
  );
});
