import test from 'ava';
import { type AnswerLoss, lossOfDiffering, lossOn } from '../../../cascades/losses/index.js';
import { creditForFlips } from '../../../cascades/losses/ownFlips.js';
import { near } from '../../support/near.js';

const LOSSES: readonly AnswerLoss[] = ['excessDisagreement', 'stableDisagreement'];

test('by hand: of a row that differs from the first answer', (t) => {
  const of = (loss: AnswerLoss) => [0, 1, 2].map((second) => lossOfDiffering(loss, 1, 0, second));
  // The second answer is the first one again, the answer given, or a third.
  t.deepEqual(of('excessDisagreement'), [1, -1, 0]);
  t.deepEqual(of('stableDisagreement'), [1, 0, 0]);
});

test('rows that differ from the first answer have the mean loss of all, whatever answers are likely', (t) => {
  // Two answers, independent of each other given the row, and the answer of a stage.
  for (const chances of [
    [0.7, 0.2, 0.1],
    [0.1, 0.45, 0.45],
    [1, 0, 0],
  ]) {
    for (const answer of [0, 1, 2]) {
      for (const loss of LOSSES) {
        let [all, differing] = [0, 0];
        chances.forEach((p, first) => {
          chances.forEach((q, second) => {
            const judged = {
              full: Float64Array.of(first),
              second: Float64Array.of(second),
              labels: undefined,
            };
            all += p * q * lossOn(loss, judged).lost(answer, 0);
            if (answer !== first) differing += p * q * lossOfDiffering(loss, answer, first, second);
          });
        });
        near(t, differing, all, 1e-12);
      }
    }
  }
});

test('a pilot of rows that were asked twice, by hand', (t) => {
  const full = Float64Array.of(0, 0, 0, 0, 1, 1);
  const second = Float64Array.of(0, 1, Number.NaN, Number.NaN, 1, 0);
  // Two of four differ, half of such rows are taken to exit: in excess each counts in full, where stable half.
  t.is(creditForFlips('excessDisagreement', full, second), 0.25);
  t.is(creditForFlips('stableDisagreement', full, second), 0.125);
  t.is(creditForFlips('excessDisagreement', full, second.fill(Number.NaN)), 0);
});
