import test from 'ava';
import { fullModelNotes, modeNotes } from '../../../cascades/reporting/notes.js';
import { isAlways } from '../../../cascades/reporting/stages.js';
import { agreementWorld } from '../../../datasets/index.js';
import { type Plan, type PlanStage, recall } from '../../../index.js';
import { thresholdWords } from '../../../lib/report/words/index.js';
import { tuneWorld } from '../../support/agreement.js';
import { stageOf } from '../../support/plans.js';

const stage = (thresholds: PlanStage['thresholds']) => stageOf({ thresholds, exits: 1 });
const plan = (last: PlanStage, reach: number): Plan => ({
  classes: ['a', 'b', 'c', 'd'],
  decision: { kind: 'argmax' },
  stages: [last],
  full: { features: ['cheap'], reach, cost: 10 },
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

test('a note names each mode’s loss, limit and speedup, and the last one how sure all are together', async (t) => {
  const bound = { loss: recall('yes'), epsilon: 0.05, delta: 0.06, modes: [0.1] };
  const { plan, certificate, modes } = await tuneWorld(agreementWorld({ rows: 1_500, seed: 3 }), { bound });
  const further = modes.slice(1).map((mode) => ({
    ...mode,
    plan: { ...mode.plan, expected: { ...plan.expected, speedup: 12.345 } },
  }));
  t.deepEqual(modeNotes({ certificate, modes: { further } }), [
    `Mode 1, for overload: the recall of "yes" against the full model's answers, not the labels, is at least 90 % (of the rows that the full model calls "yes", the cascade calls at most 10 % something else); expected speedup 12.3.`,
    'The promises of the plan and of its modes hold together with 94 % confidence, where load alone chooses the mode and the rows of all callers are alike.',
    `However it is chosen, over all answers together: the recall of "yes" against the full model's answers, not the labels, is at least 85 % (of the rows that the full model calls "yes", the cascade calls at most 15 % something else).`,
  ]);
});

test('where all answers together have no promise, the note says so', async (t) => {
  const { certificate, modes } = await tuneWorld(agreementWorld({ rows: 1_500, seed: 3 }), {
    bound: { epsilon: 0.05, modes: [0.1] },
  });
  const named = modes
    .slice(1)
    .map((mode) => ({ ...mode, certificate: { ...mode.certificate, loss: 'accuracy' as const } }));
  t.is(
    modeNotes({ certificate, modes: { further: named } }).at(-1),
    'Chosen otherwise, all answers together have no promise.',
  );
});

test('without modes, and where nothing is promised, there is no note', async (t) => {
  const { certificate, modes } = await tuneWorld(agreementWorld({ rows: 1_500, seed: 3 }));
  t.deepEqual(modeNotes({ certificate }), []);
  t.deepEqual(modeNotes({ certificate, modes: { further: [] } }), []);
  t.deepEqual(modeNotes({ certificate: { ...certificate, verdict: 'void' }, modes: { further: modes } }), []);
});
