import test from 'ava';
import { candidateOf } from '../../../cascades/chain/candidate.js';
import { aimed, creditOf } from '../../../cascades/search/index.js';
import type { Judging } from '../../../cascades/training/index.js';
import { classRule } from '../../../lib/learn/exits/index.js';
import { specOf, stagesOf } from '../../support/judging.js';
import { near } from '../../support/near.js';

/** A full model that answers 0 to all rows, and a stage that answers one in ten otherwise, the surest first. */
function world(rows: number, isAlone = true) {
  const { judging: plain } = stagesOf({ rows, folds: 2 });
  const full = new Float64Array(rows);
  const judging: Judging<'selection'> = {
    ...plain,
    full: { held: [], judged: { full, labels: undefined } },
    loss: {
      lost: (answer) => Number(answer !== 0),
      // Ten of a thousand may be lost, and half as many more are guessed to be flips.
      target: 0.015,
      needsLabels: false,
      pairs: [{ loss: 'excessDisagreement', allowance: 0.01, credit: 0.005 }],
      isAlone,
    },
  };
  const answers = full.map((_, row) => Number(row % 10 === 0));
  const candidate = candidateOf(
    { ...specOf(judging, 'a'), rule: classRule({ kind: 'argmax' }) },
    { answers, confidence: full.map((_, row) => 0.99 - (0.4 * row) / rows), loss: answers.slice() },
    2,
  );
  const asked: number[] = [];
  /** @param isFlip whether the second answer to a row that differs, by its place among these, is the stage's */
  const aim = (isFlip: (place: number) => boolean) =>
    aimed(judging, [candidate], async (some) => {
      asked.push(...some);
      return Float64Array.from(some, (row) => Number(isFlip(row / 10)));
    });
  return { aim, asked, judging };
}

test('where all that differs is lost, no more may differ than may be lost', async (t) => {
  const { aim, asked } = world(1_000);
  const { loss } = await aim(() => false);
  near(t, loss.target, 0.01, 1e-12);
  t.deepEqual(
    [...asked].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => 10 * i),
  );
});

test('flips make up for what is lost, as far as it goes', async (t) => {
  // 20 rows gain, and then each loses: after 30 more ten are lost in all.
  const { loss } = await world(1_000).aim((place) => place < 20);
  near(t, loss.target, 0.05, 1e-12);
  // All of them gain: every row may leave.
  near(t, (await world(1_000).aim(() => true)).loss.target, 0.1, 1e-12);
});

test('beyond those that are asked, rows lose as the last of these do', async (t) => {
  const { aim, asked } = world(10_000);
  // 1,000 differ, of which 300 are asked: in turn they gain and lose, the last half loses two of three.
  const { loss } = await aim((place) => (place < 150 ? place % 2 === 0 : place % 3 === 0));
  t.is(asked.length, 300);
  // 50 are lost of 100 that may be; each third of a row more takes one.
  near(t, loss.target, (300 + 3 * (100 - 50)) / 10_000, 1e-12);
});

test('what other losses allow doesn’t grow', async (t) => {
  const { aim, judging } = world(1_000, false);
  const { loss } = await aim(() => true);
  t.is(loss.target, judging.loss.target);
  t.is(creditOf({ ...judging, loss }), 0);
});

test('the credit is by how much more may differ', async (t) => {
  const own = await world(1_000).aim((place) => place < 20);
  near(t, creditOf(own), 0.04, 1e-12);
});
