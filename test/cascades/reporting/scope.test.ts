import test from 'ava';
import { nextSteps, notPromised } from '../../../cascades/reporting/scope.js';
import { absoluteError, type Certificate, recall } from '../../../index.js';
import { certificateOf } from '../../support/plans.js';

const byClass = [
  { worse: 1, better: 0 },
  { worse: 0, better: 0 },
];
const certificate = certificateOf({
  jointDelta: 0.1,
  labelled: true,
  observed: { rows: 500, changed: 1, worse: 1, better: 0, byClass },
});
const covers = (given: Partial<Certificate>) => notPromised({ ...certificate, ...given }).join('\n');

test('a certificate lists what it leaves open, by its loss and its unit', (t) => {
  t.regex(covers({}), /^The full model's own errors/);
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

test('each verdict has a next step', (t) => {
  const steps = (given: Partial<Certificate>, isMeasured = false) =>
    nextSteps({ ...certificate, ...given }, isMeasured).join('\n');
  t.regex(steps({}), /measure\(cascade, rows, labels\)[\s\S]*cascade\.audit/);
  t.notRegex(steps({}, true), /measure\(/);
  t.regex(steps({ verdict: 'exploratory' }), /^Certify it on fresh rows/);
  t.regex(steps({ verdict: 'void' }), /made with, or certify it again/);
  const prospect = { cost: 1, speedup: 2, certify: 1_234, total: 3_085, least: 400 };
  t.regex(
    steps({ verdict: 'full-model-only', prospect }),
    /^Give more rows: some 1,200 for the certificate, 3,100 in all\./,
  );
  t.notRegex(steps({ verdict: 'full-model-only', prospect: { ...prospect, speedup: 1 } }), /more rows/);
});
