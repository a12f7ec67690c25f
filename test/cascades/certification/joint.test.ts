import test from 'ava';
import fc from 'fast-check';
import {
  certificateOf,
  certifyPath,
  shortage,
  type Tested,
  unchanged,
  unitsNeeded,
  untested,
} from '../../../cascades/certification/index.js';
import { type BoundSpec, type Limit, limitsOf } from '../../../cascades/losses/index.js';
import { agreementWorld } from '../../../datasets/index.js';
import { binomialPValue, random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { byHand, exiting, PATH, tableOf, trialPath } from '../../support/tables.js';

/** Several losses promised together. */

const together = (delta: number, all: readonly Limit[]): BoundSpec => ({ ...all[0], delta, all });

const certificate = (spec: BoundSpec, tested: readonly Tested[]) =>
  certificateOf({
    spec,
    tested,
    reason: null,
    unit: 'rows',
    classes: ['no', 'yes'],
    labelled: true,
    observed: unchanged(0, []),
    hasBand: false,
  });

test('law: a plan passes all together exactly where it passes each alone, and none is more aggressive', (t) => {
  const loss = fc.constantFrom<Limit['loss']>(
    'disagreement',
    'harm',
    'accuracy',
    { recall: 0 },
    { recall: 1 },
    { precision: 1 },
    { name: 'half', loss: (answer, full) => Number(answer !== full) / 2 },
  );
  const limit = fc.record({ loss, epsilon: fc.double({ min: 0.02, max: 0.3, noNaN: true }) });
  fc.assert(
    fc.property(
      fc.array(limit, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(0.01, 0.1, 0.3),
      fc.nat(),
      (all, delta, seed) => {
        const table = tableOf(agreementWorld({ rows: 200, seed, accuracy: 0.9 }));
        const stepOf = (question: BoundSpec) => certifyPath(PATH, table, question, random(seed)).step;
        const alone = all.map((each) => stepOf({ ...each, delta }));
        return stepOf(together(delta, all)) === Math.min(...alone);
      },
    ),
    { numRuns: 25 },
  );
  t.pass();
});

test('each limit is said with its own rows and count, of the plan that is served', (t) => {
  // Six rows of class 0 that exit as 1, among 800 of it in all, in 2,000.
  const n = 2_000;
  const wrong = Array.from({ length: 800 }, (_, i) => (i < 6 ? i : n - i));
  const all: Limit[] = [
    { loss: 'disagreement', epsilon: 0.01 },
    { loss: { recall: 0 }, epsilon: 0.02 },
    { loss: { precision: 1 }, epsilon: 0.02, method: 'hoeffding-bentkus' },
  ];
  const question = together(0.05, all);
  const found = certifyPath([exiting(6, n)], byHand(n, wrong), question, random(1));
  t.is(found.step, 0);
  t.deepEqual(
    found.all.map(({ n: rows, lost }) => [rows, lost]),
    [
      [2_000, 6],
      [800, 6],
      [1_206, 6],
    ],
  );
  const terms = certificate(question, found.all);
  t.like(terms, { loss: 'disagreement', epsilon: 0.01, delta: 0.05, n: 2_000, lost: 6 });
  t.deepEqual(
    terms.all?.map(({ loss, epsilon }) => [loss, epsilon]),
    [
      ['disagreement', 0.01],
      [{ recall: 'no' }, 0.02],
      [{ precision: 'yes' }, 0.02],
    ],
  );
  t.deepEqual(found.band, [], 'no band speaks of several');
});

test('one limit has no list, and is the certificate’s own', (t) => {
  const question: BoundSpec = { loss: 'harm', epsilon: 0.1, delta: 0.05 };
  t.deepEqual(limitsOf(question), [question]);
  t.false('all' in certificate(question, untested(question, 5, 'rows')));
});

test('too few rows: the most that any limit needs, and which it is', (t) => {
  const question = together(0.05, [
    { loss: 'disagreement', epsilon: 0.1 },
    { loss: { recall: 1 }, epsilon: 0.01 },
  ]);
  const words = (tested: Parameters<typeof shortage>[1]) => shortage(question, tested, ['no', 'yes'], 'rows');
  t.is(unitsNeeded(question, 'rows'), 299);
  t.is(words(untested(question, 299, 'rows')), null);
  t.is(
    words(untested(question, 298, 'rows')),
    'too few certification rows: 298, where even without a single loss 299 that the full model calls "yes" are needed (bound.all[1])',
  );
  const table = byHand(
    400,
    Array.from({ length: 150 }, (_, i) => i),
  );
  const { step, all } = certifyPath([exiting(0, 400)], table, question, random(1));
  t.is(step, -1);
  t.is(
    words(all),
    'too few certification rows that the full model calls "yes": 250, where even without a single loss 299 are needed (bound.all[1])',
  );
});

test('over many draws any of several promises fails no more often than delta says', (t) => {
  const [delta, draws] = [0.1, atLength(60, 200)];
  const { trueDisagreement, trueAccuracyLoss } = agreementWorld({ rows: 1, seed: 0, accuracy: 0.9 });
  const { levels, path } = trialPath(trueDisagreement, 0.05);
  const question = together(delta, [
    { loss: 'disagreement', epsilon: 0.05 },
    { loss: { recall: 1 }, epsilon: 0.06 },
    { loss: 'accuracy', epsilon: 0.04 },
  ]);
  let broken = 0;
  let served = 0;
  for (let seed = 0; seed < draws; seed++) {
    const world = agreementWorld({ rows: 400, seed, accuracy: 0.9 });
    const { step } = certifyPath(path, tableOf(world), question, random(seed));
    if (step < 0) continue;
    const disagreement = trueDisagreement(levels[step]);
    broken += Number(disagreement > 0.05 || trueAccuracyLoss(levels[step]) > 0.04);
    served += Number(disagreement > 0.05 / 6);
  }
  t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
  t.true(served > draws / 2, `${served} of ${draws} served`);
});
