import test from 'ava';
import { inWords } from '../../../cascades/losses/index.js';
import { foundOf, harmOf, observedOf, qualityOf } from '../../../cascades/reporting/quality.js';
import { weakBounds } from '../../../cascades/reporting/warnings.js';
import type { Baseline } from '../../../entries/types.js';
import { absoluteError, type Certificate, type Plan, precision, recall } from '../../../index.js';
import { certificateOf } from '../../support/plans.js';

const baseline: Baseline = {
  of: 'certification',
  rows: 500,
  byClass: [400, 100],
  full: 0.02,
  constant: { answer: 'ham', error: 0.2 },
};
const certificate = certificateOf({
  loss: 'accuracy',
  epsilon: 0.01,
  n: 500,
  lost: 1,
  labelled: true,
  observed: {
    rows: 500,
    changed: 6,
    worse: 3,
    better: 1,
    byClass: [
      { worse: 1, better: 1 },
      { worse: 2, better: 0 },
    ],
  },
  baseline,
});
const plan: Plan<string> = {
  classes: ['ham', 'spam'],
  decision: { kind: 'argmax' },
  stages: [],
  full: { features: [], reach: 1, cost: 1 },
  expected: { cost: 1, fullCost: 1, speedup: 1 },
};
const numbers: Plan = { ...plan, classes: [], decision: { kind: 'value' } };
const ofNumbers: Certificate = {
  ...certificate,
  loss: absoluteError(4),
  epsilon: 0.05,
  lost: 10,
  observed: { rows: 500, changed: 200, worse: 120, better: 80, byClass: [], difference: 0.08, error: 0.45 },
  baseline: { ...baseline, byClass: [], full: 0.4, constant: { answer: 1.5, error: 2 } },
};

test('the accuracy of the cascade is the full model’s less what was made worse, and more what was made better', (t) => {
  const found = qualityOf(certificate, plan);
  t.like(found, { kind: 'accuracy', full: 0.98, constant: 0.8, constantAnswer: '"ham"' });
  t.is(found?.cascade?.toFixed(6), '0.976000');
  t.is(found?.rows, 'the 500 certification rows');
});

test('of numbers it is the mean absolute error that was observed', (t) => {
  t.deepEqual(qualityOf(ofNumbers, numbers), {
    kind: 'mean absolute error',
    full: 0.4,
    cascade: 0.45,
    constant: 2,
    constantAnswer: '1.5 (the median)',
    rows: 'the 500 certification rows',
  });
});

test('the full model alone is as good as itself; a plan that wasn’t tested has no figure', (t) => {
  const alone = {
    ...certificate,
    verdict: 'full-model-only',
    baseline: { ...baseline, of: 'tuning' },
  } as const;
  t.is(qualityOf(alone, plan)?.cascade, 0.98);
  t.is(qualityOf(alone, plan)?.rows, 'the 500 tuning rows, cross-fitted');
  const pinned = {
    ...certificate,
    verdict: 'exploratory',
    observed: { rows: 0, changed: 0, worse: 0, better: 0, byClass: [] },
  } as const;
  t.is(qualityOf(pinned, plan)?.cascade, undefined);
  const { baseline: _, ...unlabelled } = certificate;
  t.is(qualityOf(unlabelled, plan), undefined);
});

test('harm is told by class, and not at all without labels', (t) => {
  t.deepEqual(harmOf(certificate, plan), [
    { label: 'ham', rows: 400, worse: 1, better: 1 },
    { label: 'spam', rows: 100, worse: 2, better: 0 },
  ]);
  t.deepEqual(harmOf({ ...certificate, labelled: false }, plan), []);
  t.is(observedOf({ ...certificate, labelled: false }), '6 of 500 answers changed');
  t.is(observedOf(certificate), '6 of 500 answers changed, 3 for the worse and 1 for the better');
});

test('the mean difference is given once, and again at full size where some exceed the scale', (t) => {
  // 10 of 500 at a scale of 4: 0.08.
  t.is(
    observedOf(ofNumbers),
    "mean difference 0.08 on 500 rows (differences above 4 count as 4); 200 of 500 answers differ from the full model's: 120 are farther from the label, and 80 nearer",
  );
  const far = { ...ofNumbers, labelled: false, observed: { ...ofNumbers.observed, difference: 0.3 } };
  t.regex(
    observedOf(far),
    /^mean difference 0\.08.*differ from the full model's; with every difference at its full size the mean is 0\.3$/,
  );
});

test('a bound that allows more than the full model gets wrong is warned of, in its own terms', (t) => {
  t.deepEqual(weakBounds(certificate), []);
  const [wide, ...none] = weakBounds({ ...certificate, epsilon: 0.03 });
  t.regex(
    wide,
    /3 % of the rows, is larger than the full model's own error rate, 2 % on the 500 certification rows/,
  );
  t.deepEqual(none, []);
  // 5 % of 4 is 0.2, and the full model is off by 0.4.
  t.deepEqual(weakBounds(ofNumbers), []);
  t.regex(
    weakBounds({ ...ofNumbers, epsilon: 0.2 })[0],
    /a mean difference of 0\.8, is larger than the full model's own mean absolute error, 0\.4/,
  );
  // A class's own rows are no share of all rows, and of a loss of one's own nothing is known.
  t.deepEqual(weakBounds({ ...certificate, loss: recall('spam'), epsilon: 0.5 }), []);
  t.deepEqual(weakBounds({ ...certificate, loss: { name: 'cost' }, epsilon: 0.5 }), []);
});

const one = certificateOf({
  n: 500,
  lost: 1,
  labelled: true,
  observed: { rows: 500, changed: 1, worse: 1, better: 0, byClass: [] },
});

test('what was found of each loss', (t) => {
  t.is(foundOf(one, 'rows'), 'total loss 1 on 500 rows');
  t.is(foundOf({ ...one, lost: 0.1 + 0.2 }, 'groups'), 'total loss 0.3, summed over the means of 500 groups');
  t.is(
    foundOf({ ...one, loss: recall('spam') }, 'rows'),
    'the cascade misses 1 of 500 rows that the full model calls "spam"',
  );
  t.is(
    foundOf({ ...one, loss: precision('spam') }, 'rows'),
    'the full model disagrees on 1 of 500 rows that the cascade calls "spam"',
  );
  t.is(foundOf({ ...one, method: 'none' }, 'rows'), 'nothing was tested');
  t.is(observedOf(one), '1 of 500 answers changed, 1 for the worse and 0 for the better');
  t.regex(observedOf({ ...one, loss: { name: 'cost' } }), /^total loss 1 on 500 rows; 1 of 500 answers/);
  t.is(observedOf({ ...one, observed: { ...one.observed, rows: 0 } }), 'nothing was tested');
  t.is(inWords(precision('spam')).title, 'precision of "spam" against the full model\'s answers');
});

test('counts have their thousands apart', (t) => {
  const observed = { rows: 12_345, changed: 1_234, worse: 1_000, better: 234, byClass: [] };
  const large = { ...one, n: 12_345, observed };
  t.is(observedOf(large), '1,234 of 12,345 answers changed, 1,000 for the worse and 234 for the better');
  t.is(foundOf({ ...one, n: 12_345, lost: 1_234 }, 'rows'), 'total loss 1,234 on 12,345 rows');
  t.is(foundOf({ ...one, n: 50_000, lost: 12_345 }, 'rows'), 'total loss 12,345 on 50,000 rows');
  t.regex(
    foundOf({ ...one, loss: absoluteError(12_345) }, 'rows'),
    /differences above 12,345 count as 12,345/,
  );
});
