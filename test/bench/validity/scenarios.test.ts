import test from 'ava';
import { scenarioChecks } from '../../../bench/validity/scenarioTrials.js';

const result = { name: 'a', fault: 'b', delta: 0.05, level: 0.001, trials: 200 };

test('a promise that keeps delta passes, and a fault that breaks it is flagged', (t) => {
  const [promise, fault] = scenarioChecks({ ...result, violations: 9, faultViolations: 60 });
  t.true(promise.ok);
  t.true(fault.ok);
});

test('a broken promise fails, and so does a fault that nobody sees', (t) => {
  const [promise, fault] = scenarioChecks({ ...result, violations: 60, faultViolations: 9 });
  t.false(promise.ok);
  t.false(fault.ok);
});
