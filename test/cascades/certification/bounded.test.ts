import test from 'ava';
import { certifyPath, unitsNeeded } from '../../../cascades/certification/index.js';
import type { BoundSpec } from '../../../cascades/losses/index.js';
import { agreementWorld, groupedWorld } from '../../../datasets/index.js';
import { bettingPValue, binomialPValue, hoeffdingBentkusPValue, random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { byHand, exiting, tableOf, trialPath } from '../../support/tables.js';

/** Losses of any value in [0, 1], and other tests by name. */

const positions = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A missed 'yes' costs all, a missed 'no' three tenths. */
const cost = {
  name: 'cost',
  loss: (answer: number, full: number) => (answer === full ? 0 : full === 1 ? 1 : 0.3),
};

test('a loss of the user’s: its sum and the betting bound on its values, by hand', (t) => {
  const n = 1_000;
  const [epsilon, delta] = [0.01, 0.05];
  const question: BoundSpec = { loss: cost, epsilon, delta };
  // Of the first 20 rows, which exit as 1, the full model calls ten 0: each loses .3.
  const found = certifyPath([exiting(20, n)], byHand(n, positions(10)), question, random(3));
  t.is(found.step, 0);
  t.is(found.n, n);
  t.true(Math.abs(found.lost - 3) < 1e-9);
  t.regex(found.method, /^betting bound on the mean over rows, fixed sequence$/);
  const order = Int32Array.from(positions(n));
  random(3).fork('row order').shuffle(order);
  const values = Float64Array.from(order, (row) => (row < 10 ? 0.3 : 0));
  t.true(bettingPValue(values, epsilon, delta) <= delta);
  t.is(found.upper, null, 'no band');
});

test('Hoeffding-Bentkus, by name: as many errors as its p-value allows', (t) => {
  const n = 1_000;
  const question: BoundSpec = {
    loss: 'disagreement',
    epsilon: 0.01,
    delta: 0.05,
    method: 'hoeffding-bentkus',
  };
  const allowed = positions(20).findLast((k) => hoeffdingBentkusPValue(k / n, n, 0.01) <= 0.05) ?? -1;
  t.true(allowed > 0 && binomialPValue(allowed, n, 0.01) <= 0.05, 'never looser than the exact test');
  const stepWith = (k: number) =>
    certifyPath([exiting(k, n)], byHand(n, positions(k)), question, random(1)).step;
  t.is(stepWith(allowed), 0);
  t.is(stepWith(allowed + 1), -1);
});

test('accuracy under another test is scaled: what is gained counts', (t) => {
  const n = 4_000;
  for (const method of ['betting', 'hoeffding-bentkus'] as const) {
    const question: BoundSpec = { loss: 'accuracy', epsilon: 0.05, delta: 0.05, method };
    const found = certifyPath([exiting(200, n)], byHand(n, [], positions(100)), question, random(1));
    t.is(found.step, 0);
    t.is(found.lost, -100);
    t.regex(found.method, /losses scaled from \[-1, 1\]/);
  }
});

test('so many rows certify by any method when nothing is lost, and one less does not', (t) => {
  for (const method of ['betting', 'hoeffding-bentkus'] as const) {
    for (const loss of ['disagreement', 'accuracy', { recall: 1 }, cost] as const) {
      const question: BoundSpec = { loss, epsilon: 0.05, delta: 0.05, method };
      const stepWith = (n: number) => certifyPath([exiting(0, n)], byHand(n, []), question, random(1)).step;
      const needed = unitsNeeded(question, 'rows');
      t.is(stepWith(needed), 0, `${method} with ${needed}`);
      t.is(stepWith(needed - 1), -1, `${method} with ${needed - 1}`);
    }
  }
});

test('recall over groups: a group counts for as much as it holds of the class', (t) => {
  // 300 groups of two rows, one of each class by the full model; nothing is missed, then every third 0 is.
  const n = 600;
  const wrong = positions(n).filter((row) => row % 2 === 0);
  const table = { ...byHand(n, wrong), groups: Int32Array.from(positions(n), (row) => row >> 1) };
  const question: BoundSpec = { loss: { recall: 0 }, epsilon: 0.05, delta: 0.05 };
  const conservative = certifyPath([exiting(0, n)], table, question, random(1));
  t.like(conservative, { step: 0, n: 300, lost: 0, unit: 'groups' });
  const aggressive = certifyPath([exiting(200, n)], table, question, random(1));
  t.is(aggressive.step, -1);
  t.regex(
    aggressive.method,
    /betting bound on the mean over groups, of the rows that the full model gives the class/,
  );
});

for (const method of [undefined, 'hoeffding-bentkus'] as const) {
  test(`over many draws the promise of a loss of the user’s holds: ${method ?? 'by default'}`, (t) => {
    const [delta, draws, epsilon] = [0.1, atLength(60, 200), 0.04];
    let broken = 0;
    let served = 0;
    // Of the answers that differ, half lose 1 and half .3.
    const { trueDisagreement } = agreementWorld({ rows: 1, seed: 0 });
    const { levels, path } = trialPath((level) => 0.65 * trueDisagreement(level), epsilon);
    for (let seed = 0; seed < draws; seed++) {
      const world = agreementWorld({ rows: 500, seed });
      const question: BoundSpec = { loss: cost, epsilon, delta, method };
      const { step } = certifyPath(path, tableOf(world), question, random(seed));
      const lost = step < 0 ? 0 : 0.65 * trueDisagreement(levels[step]);
      broken += Number(lost > epsilon);
      served += Number(lost > epsilon / 6);
    }
    t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
    t.true(served > draws / 2, `${served} of ${draws} served`);
  });
}

test('over many draws of groups the promise of recall holds', (t) => {
  const [delta, draws, epsilon] = [0.1, atLength(40, 100), 0.1];
  let broken = 0;
  let served = 0;
  const { trueDisagreement } = groupedWorld({ groups: 1, seed: 0 });
  const { levels, path } = trialPath(trueDisagreement, epsilon);
  for (let seed = 0; seed < draws; seed++) {
    const world = groupedWorld({ groups: 300, seed });
    const groups = Int32Array.from(world.rows, (row) => row.group);
    const question: BoundSpec = { loss: { recall: 1 }, epsilon, delta };
    const { step } = certifyPath(path, tableOf(world, groups), question, random(seed));
    const lost = step < 0 ? 0 : trueDisagreement(levels[step]);
    broken += Number(lost > epsilon);
    served += Number(lost > epsilon / 10);
  }
  t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
  t.true(served > draws / 2, `${served} of ${draws} served`);
});
