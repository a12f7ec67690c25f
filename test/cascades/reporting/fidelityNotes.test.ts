import test from 'ava';
import type { TriedFidelity } from '../../../cascades/index.js';
import { fidelityNotes } from '../../../cascades/reporting/fidelityNotes.js';
import { reportOf } from '../../../cascades/reporting/index.js';
import { terminalSummary } from '../../../lib/report/index.js';
import { certificateOf, halfPlan, stageOf } from '../../support/plans.js';
import { perRow, profileWith } from '../../support/profile.js';

const tried = (
  at: string,
  cost: number,
  outcome: TriedFidelity['outcome'],
  words?: string,
): TriedFidelity => ({
  feature: 'body',
  at,
  share: 0.7012,
  cost,
  outcome,
  ...(words !== undefined && { words }),
});
const short = tried('300', 0.214, 'not chosen', 'first 300 characters');
const planOver = (features: readonly string[]) => ({
  ...halfPlan,
  stages: [stageOf({ features })],
  full: { ...halfPlan.full, features: ['body'] },
});

test('a feature whose versions no stage reads has a note of what became of each', (t) => {
  const all = [
    short,
    tried('64', 0.05, 'silent', 'first 64 characters'),
    tried('fast', 0.95, 'dear'),
    tried('slow', 17, 'dear'),
    { ...short, feature: 'image', at: '8x8', words: '8 x 8 pixels', share: 0.2 },
  ];
  t.deepEqual(fidelityNotes({ plan: planOver(['cheap']), triedFidelities: all }), [
    "'body' takes 70 % of the cost of all features: body@300 (its first 300 characters, 21 % of its cost) was tried and not chosen; " +
      'body@64 (its first 64 characters, 5 % of its cost) was dropped, since it says nothing of the answers; body@fast (95 % of its cost) ' +
      'costs too much to be worth a stage; body@slow (1700 % of its cost) is dearer than the feature: of versions of your own, name the cheapest ' +
      'first. If another part of it tells the answers, define that part as a feature.',
    "'image' takes 20 % of the cost of all features: image@8x8 (its 8 x 8 pixels, 21 % of its cost) was tried and not chosen. " +
      'If another part of it tells the answers, define that part as a feature.',
  ]);
  t.deepEqual(fidelityNotes({ plan: halfPlan }), []);
});

test('a version that a stage of the plan reads is said in words, whatever became of others', (t) => {
  const chosen: TriedFidelity = { ...short, outcome: 'chosen' };
  const all = [chosen, tried('64', 0.05, 'silent', 'first 64 characters')];
  t.deepEqual(fidelityNotes({ plan: planOver(['cheap', 'body@300']), triedFidelities: all }), [
    "'body' takes 70 % of the cost of all features. Stages read body@300 (its first 300 characters, 21 % of its cost). " +
      'body@64 (its first 64 characters, 5 % of its cost) was dropped, since it says nothing of the answers.',
  ]);
  // Another plan of the chain may not read it.
  t.regex(
    fidelityNotes({ plan: halfPlan, triedFidelities: [chosen] })[0],
    /body@300 .* is read by other plans of the chain\. If/,
  );
});

test('reports have a row for a version, with its words', (t) => {
  const data = reportOf({
    plan: planOver(['body@300']),
    certificate: certificateOf(),
    profile: profileWith({ body: perRow(100), 'body@300': perRow(21), 'body@fast': perRow(95) }),
    objective: 'throughput',
    frontier: [],
    tried: [],
    triedFidelities: [{ ...short, outcome: 'chosen' }, tried('fast', 0.95, 'dear')],
    exits: [],
    stageNotes: [],
    notes: [],
    full: { learner: 'linear', fingerprint: undefined },
    evidence: undefined,
  });
  t.deepEqual(
    data.features.map(({ name, fidelity }) => [name, fidelity]),
    [
      ['body', undefined],
      ['body@300', { of: 'body', words: 'first 300 characters of body' }],
      ['body@fast', { of: 'body' }],
    ],
  );
  const summary = terminalSummary(data);
  t.regex(summary, /body@300 \(first 300 characters of body\) +21\.0 µs/);
  t.regex(summary, /body@fast +95\.0 µs/);
  t.regex(
    summary.replaceAll(/\s+/g, ' '),
    /Stages read body@300 \(its first 300 characters, 21 % of its cost\)\./,
  );
});
