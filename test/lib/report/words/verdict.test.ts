import test from 'ava';
import { checkNotes, leadOf, REASONS, VERDICTS } from '../../../../lib/report/words/index.js';

test('the first sentence is the promise, or says that there is none, and why', (t) => {
  const lead = (verdict: keyof typeof VERDICTS, reason: string | null = 'x') =>
    leadOf({ verdict, reason }, 'answers everything');
  t.is(lead('certified', null), undefined);
  t.is(lead('full-model-only'), 'The full model answers everything: x.');
  t.is(lead('void'), 'Nothing is promised (void): x.');
  t.is(lead('exploratory', null), `Nothing is promised (exploratory): ${REASONS.untested}.`);
});

test('each verdict has a next step', (t) => {
  const steps = (verdict: keyof typeof VERDICTS, standing: object = {}) =>
    VERDICTS[verdict].next({ isMeasured: false, unit: 'rows', ...standing }).join('\n');
  t.regex(steps('certified'), /measure\(cascade, rows, labels\)[\s\S]*cascade\.audit/);
  t.notRegex(steps('certified', { isMeasured: true }), /measure\(/);
  t.regex(steps('exploratory'), /^Certify it on fresh rows/);
  t.regex(steps('void'), /made with, or certify it again/);
  const prospect = { speedup: 2, certify: 1_234, total: 3_085 };
  t.regex(
    steps('full-model-only', { prospect }),
    /^Give more rows: some 1,200 for the certificate, 3,100 in all\./,
  );
  t.regex(
    steps('full-model-only', { prospect, mostRepeat: true }),
    /^Say what equal rows are: repeats: true/,
  );
  t.notRegex(steps('full-model-only', { prospect: { ...prospect, speedup: 1 } }), /more rows/);
});

test('a loaded file says whether its features were compared, unless that is why it is void', (t) => {
  t.deepEqual(checkNotes(undefined, 'certified'), []);
  t.regex(checkNotes(1_000, 'certified')[0], /were checked: 1,000 reference rows/);
  t.regex(checkNotes(0, 'full-model-only')[0], /are unchecked/);
  t.deepEqual(checkNotes(0, 'void'), []);
});
