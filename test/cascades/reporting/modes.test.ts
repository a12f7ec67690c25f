import test from 'ava';
import { modeNotes } from '../../../cascades/reporting/modes.js';
import { agreementWorld } from '../../../datasets/index.js';
import { recall } from '../../../index.js';
import { tuneWorld } from '../../support/agreement.js';

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
