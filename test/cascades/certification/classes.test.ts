import test from 'ava';
import { certifyPath } from '../../../cascades/certification/index.js';
import type { BoundSpec } from '../../../cascades/losses/index.js';
import { agreementWorld } from '../../../datasets/index.js';
import { binomialPValue, random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { byHand, exiting, tableOf, trialPath } from '../../support/tables.js';

/** Promises of one class: recall and precision against the full model's answers. */

const requested: BoundSpec = { loss: { recall: 0 }, epsilon: 0.01, delta: 0.05 };

/** The positions from `from` on, so many of them. */
const positions = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + i);

test('recall: as many rows of the class as all rows for disagreement, however many others there are', (t) => {
  // .99^299 = .0495; of 299 rows none may be missed, of 473 one: P(Bin(473, .01) <= 1) = .0498.
  const served = (missed: number, ofClass: number) => {
    const n = 1_000;
    const wrong = [...positions(missed, 0), ...positions(ofClass - missed, n - ofClass + missed)];
    return certifyPath([exiting(100, n)], byHand(n, wrong), requested, random(1));
  };
  t.is(served(0, 299).step, 0);
  t.is(served(0, 298).step, -1);
  t.is(served(1, 473).step, 0);
  t.is(served(1, 472).step, -1);
  t.like(served(1, 473), { n: 473, lost: 1, upper: null, rowsNeeded: null });
  t.is(served(1, 473).observed.rows, 1_000);
  t.regex(served(1, 473).method, /exact binomial on the rows that the full model gives the class/);
  t.like(served(0, 298), { n: 298, lost: 0, rowsNeeded: 299 }, 'said where too few are the reason');
  t.is(served(5, 473).rowsNeeded, null, 'and not where there are enough');
});

test('precision: each plan by the rows that it gives the class itself', (t) => {
  // The stage answers 1; in the table of 1,000 rows the full model answers 1 but for 600 rows, of which a plan takes some.
  const n = 1_000;
  const question: BoundSpec = { ...requested, loss: { precision: 1 } };
  const of = (wrong: number) =>
    certifyPath([exiting(wrong, n)], byHand(n, positions(600, 0)), question, random(1));
  t.like(of(0), { step: 0, n: 400, lost: 0 });
  // 401 rows are answered 1, and one of them is wrong: P(Bin(401, .01) <= 1) = .09.
  t.is(of(1).step, -1);
  t.like(of(1), { n: 400, lost: 0 }, 'the full model itself is served then');
  const allowing = certifyPath(
    [exiting(1, n)],
    byHand(n, positions(520, 0)),
    { ...question, delta: 0.1 },
    random(1),
  );
  t.like(allowing, { step: 0, n: 481, lost: 1 });
});

test('a class that a plan never answers is certified of nothing', (t) => {
  const table = byHand(400, positions(400, 0));
  for (const method of ['exact', 'betting', 'hoeffding-bentkus'] as const) {
    const question: BoundSpec = { loss: { precision: 1 }, epsilon: 0.5, delta: 0.5, method };
    const found = certifyPath([exiting(0, 400)], table, question, random(1));
    t.like(found, { step: -1, n: 0, lost: 0 });
    t.true(found.rowsNeeded !== null && found.rowsNeeded > 0);
    t.is(certifyPath([exiting(0, 400)], table, { ...question, loss: { recall: 1 } }, random(1)).step, -1);
  }
});

test('there is no band for one class', (t) => {
  t.deepEqual(certifyPath([exiting(0, 400)], byHand(400, []), requested, random(1)).band, []);
});

for (const kind of ['recall', 'precision'] as const) {
  for (const method of ['exact', 'betting'] as const) {
    test(`over many draws the promise of ${kind} fails no more often than delta says: ${method}`, (t) => {
      const [delta, draws, epsilon] = [0.1, atLength(60, 200), 0.06];
      const { trueDisagreement } = agreementWorld({ rows: 1, seed: 0 });
      const { levels, path } = trialPath(trueDisagreement, epsilon);
      const question = { loss: kind === 'recall' ? { recall: 1 } : { precision: 1 }, epsilon, delta, method };
      let broken = 0;
      let served = 0;
      for (let seed = 0; seed < draws; seed++) {
        const world = agreementWorld({ rows: 400, seed });
        const { step, n } = certifyPath(path, tableOf(world), question, random(seed));
        if (step < 0) continue;
        // Half of the rows are of each class, by either model, and differ as often: of a class as of all.
        const lost = trueDisagreement(levels[step]);
        t.true(n > 100 && n < 300);
        broken += Number(lost > epsilon);
        served += Number(lost > epsilon / 6);
      }
      t.true(1 - binomialPValue(broken - 1, draws, delta) > 0.001, `${broken} of ${draws} broken`);
      t.true(served > draws / 2, `${served} of ${draws} served`);
    });
  }
}
