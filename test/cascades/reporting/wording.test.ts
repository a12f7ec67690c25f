import test from 'ava';
import { foundOf, lossOf, observedOf, promiseOf } from '../../../cascades/reporting/wording.js';
import type { Clause } from '../../../entries/types.js';
import { type Certificate, precision, recall } from '../../../index.js';

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

const certificate: Certificate = {
  ...clause,
  verdict: 'certified',
  labelled: true,
  reason: null,
  delta: 0.05,
  jointDelta: 0.05,
  unit: 'rows',
  observed: { rows: 500, changed: 1, worse: 1, better: 0, byClass: [] },
};

test('a promise in a sentence, for every loss', (t) => {
  const stated = (loss: Clause['loss']) => promiseOf({ ...certificate, loss });
  t.is(
    stated('disagreement'),
    "With 95 % confidence, the share of answers that differ from the full model's is at most 1 % on data drawn like the 500 certification rows.",
  );
  t.is(
    stated(recall('spam')),
    'With 95 % confidence, the recall of "spam" against the full model\'s answers, not the labels, is at least 99 % (of the rows that the full model calls "spam" the cascade calls at most 1 % otherwise) on data drawn like the 500 certification rows. Nothing is promised of other answers.',
  );
  t.regex(
    stated(precision(3)),
    /of the rows that the cascade calls 3 the full model calls at most 1 % otherwise/,
  );
  t.regex(stated({ name: 'cost' }), /the mean of 'cost' is at most 1 % on data/);
});

test('several promises in one sentence', (t) => {
  const all = [clause, { ...clause, loss: { name: 'cost' }, epsilon: 0.02 }];
  t.is(
    promiseOf({ ...certificate, all }),
    "With 95 % confidence, the share of answers that differ from the full model's is at most 1 %, and the mean of 'cost' is at most 2 % on data drawn like the 500 certification rows.",
  );
  t.notRegex(promiseOf({ ...certificate, all: [{ ...clause, loss: recall('a') }, clause] }), /Nothing/);
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
  t.is(foundOf(clause, 'rows'), '1 lost on 500 rows');
  t.is(foundOf({ ...clause, lost: 0.1 + 0.2 }, 'groups'), '0.3 lost, a sum of means over 500 groups');
  t.is(
    foundOf({ ...clause, loss: recall('spam') }, 'rows'),
    'of 500 that the full model calls "spam" the cascade misses 1',
  );
  t.is(
    foundOf({ ...clause, loss: precision('spam') }, 'rows'),
    'of 500 that the cascade calls "spam" the full model says otherwise of 1',
  );
  t.is(foundOf({ ...clause, method: 'none' }, 'rows'), 'nothing was tested');
  t.is(observedOf(certificate), '1 of 500 answers changed, 1 for the worse and 0 for the better');
  t.regex(observedOf({ ...certificate, loss: { name: 'cost' } }), /^1 lost on 500 rows; 1 of 500 answers/);
  t.is(observedOf({ ...certificate, observed: { ...certificate.observed, rows: 0 } }), 'nothing was tested');
  t.is(lossOf(precision('spam')), 'precision of "spam" against the full model\'s answers');
});
