import test from 'ava';
import { notPromised, promiseWords } from '../../../cascades/reporting/promise.js';
import { absoluteError, type Certificate, precision, recall } from '../../../index.js';
import { certificateOf } from '../../support/plans.js';

const kept = { worse: 0, better: 0 };
const certificate = certificateOf({
  epsilon: 0.01,
  observed: { rows: 500, changed: 1, worse: 1, better: 0, byClass: [kept, kept] },
});

test('a promise in a sentence, for every loss', (t) => {
  const stated = (loss: Certificate['loss']) => promiseWords({ ...certificate, loss });
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
  const all = [certificate, { ...certificate, loss: { name: 'cost' }, epsilon: 0.02 }];
  t.is(
    promiseWords({ ...certificate, all }),
    "With 95 % confidence, the share of answers that differ from the full model's is at most 1 %, and the mean of 'cost' is at most 2 % on data drawn like the 500 certification rows.",
  );
  t.notRegex(
    promiseWords({ ...certificate, all: [{ ...certificate, loss: recall('a') }, certificate] }),
    /not covered/,
  );
});

test('over groups it is an average, and their number is said', (t) => {
  const text = promiseWords({ ...certificate, unit: 'groups', n: 80 });
  t.regex(text, /at most 1 %, averaged over groups, on data drawn like the 80 certification groups\.$/);
});

test('where nothing is promised it says so, and why', (t) => {
  t.is(
    promiseWords({ ...certificate, verdict: 'full-model-only', reason: 'too few' }),
    'The full model answers everything: too few.',
  );
  t.is(promiseWords({ ...certificate, verdict: 'void', reason: 'x' }), 'Nothing is promised (void): x.');
});

test('counts of a promise have their thousands apart', (t) => {
  const large = { ...certificate, observed: { ...certificate.observed, rows: 12_345 }, copies: 2_000 };
  t.regex(promiseWords(large), /is at most 1 % on data drawn like the 12,345 certification rows\./);
  const named = { ...large, population: 'all of them, equal or not' };
  t.regex(promiseWords(named), /is at most 1 % on all of them, equal or not\./);
});

const covers = (given: Partial<Certificate>) =>
  notPromised({ ...certificate, jointDelta: 0.1, ...given }).join('\n');

test('a certificate lists what it leaves open, by its loss and its unit', (t) => {
  t.regex(covers({}), /^The full model's own errors/);
  t.regex(
    covers({}),
    /a false one is made in at most 5 % of runs, and where few runs certify, it is a larger share/,
  );
  t.regex(covers({}), /Any single row, class or segment/);
  t.regex(covers({}), /95 % confidence: certificate and frontier hold together with 90 %/);
  t.notRegex(covers({ jointDelta: 0.05 }), /frontier/);
  t.regex(covers({ loss: recall('a') }), /Any single row or segment/);
  t.regex(covers({ unit: 'groups' }), /Any single group or row/);
  t.regex(covers({ loss: absoluteError(12_345) }), /each counts as at most 12,345/);
  t.notRegex(covers({ loss: { name: 'cost' } }), /own errors/);
});

test('without a certificate nothing is promised, and only the full model answers where none was found', (t) => {
  t.deepEqual(notPromised({ ...certificate, verdict: 'exploratory' }), []);
  t.is(notPromised({ ...certificate, verdict: 'full-model-only' }).length, 1);
});
