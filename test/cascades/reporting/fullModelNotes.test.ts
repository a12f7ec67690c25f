import test from 'ava';
import { fullModelNotes, isAlways } from '../../../cascades/reporting/fullModelNotes.js';
import type { Plan, PlanStage } from '../../../index.js';
import { thresholdWords } from '../../../lib/report/words/index.js';

const stage = (thresholds: PlanStage['thresholds']): PlanStage => ({
  features: ['words'],
  learner: 'linear',
  target: 'labels',
  passed: false,
  prefix: null,
  exit: { calibration: 'identity', score: 'top' },
  thresholds,
  reach: 1,
  exits: 1,
  cost: 1,
});
const plan = (last: PlanStage, reach: number): Plan => ({
  classes: ['a', 'b', 'c', 'd'],
  decision: { kind: 'argmax' },
  stages: [last],
  full: { features: ['words'], reach, cost: 10 },
  expected: { cost: 1, fullCost: 10, speedup: 10 },
});

test('a threshold that no answer is under always lets out', (t) => {
  const last = stage([0.25, 0.26, null, 0.1]);
  const every = plan(last, 0.1);
  t.deepEqual(
    [0, 1, 2, 3].map((answer) => isAlways(every, last, answer)),
    [true, false, false, true],
  );
  t.deepEqual(
    thresholdWords([
      { label: 'a', threshold: 0.25, always: true },
      { label: 'b', threshold: 0.26 },
    ])[0],
    'a always',
  );
});

test('a full model that is never used, or hardly ever, has a note', (t) => {
  t.deepEqual(fullModelNotes(plan(stage([0.2, 0.2, 0.2, 0.2]), 0)), [
    'The full model is never used: the last stage answers every row that reaches it.',
  ]);
  t.deepEqual(fullModelNotes(plan(stage([0.2, 0.2, 0.2, 0.4]), 0)), [
    'The full model is hardly ever used: none of the certification rows got there.',
  ]);
  t.deepEqual(fullModelNotes(plan(stage([0.2, 0.2, 0.2, 0.4]), 0.01)), []);
  t.deepEqual(fullModelNotes({ ...plan(stage([0.2]), 0), stages: [] }), []);
});
