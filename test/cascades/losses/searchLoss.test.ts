import test from 'ava';
import { expectedAllowance, searchLoss, usefulUnits } from '../../../cascades/losses/index.js';
import { bettingPValue, random } from '../../../lib/stats/index.js';

/** What plans are searched by. Of eight rows the full model gives a quarter the class 1. */
const judged = {
  full: Float64Array.of(0, 0, 0, 0, 0, 0, 1, 1),
  labels: Float64Array.of(0, 0, 0, 0, 0, 1, 1, 0),
};

/** What the answer that isn't the full model's loses on each row. */
function flipped(question: Parameters<typeof searchLoss>[0], units: number): number[] {
  const { lost } = searchLoss(question, judged, units);
  return Array.from(judged.full, (answer, row) => lost(1 - answer, row));
}

test('one loss is searched by as it is, accuracy by harm', (t) => {
  const limit = { epsilon: 0.01, delta: 0.05 };
  t.deepEqual(flipped({ loss: 'disagreement', ...limit }, 1_000), [1, 1, 1, 1, 1, 1, 1, 1]);
  t.deepEqual(flipped({ loss: 'harm', ...limit }, 1_000), [1, 1, 1, 1, 1, 0, 1, 0]);
  t.deepEqual(flipped({ loss: 'accuracy', ...limit }, 1_000), [1, 1, 1, 1, 1, 0, 1, 0]);
  for (const loss of ['disagreement', 'accuracy'] as const) {
    t.is(searchLoss({ loss, ...limit }, judged, 1_000).target, expectedAllowance(limit, 1_000));
  }
});

test('of a class the allowance is that of its rows, times their share', (t) => {
  // 1,000 of 4,000 rows: 4 of them may be missed, and three are counted on: .003, times a quarter.
  const question = { loss: { recall: 1 }, epsilon: 0.01, delta: 0.05 };
  const { target } = searchLoss(question, judged, 4_000);
  t.true(Math.abs(target - 0.003 / 4) < 1e-12);
  t.deepEqual(flipped(question, 4_000), [0, 0, 0, 0, 0, 0, 1, 1]);
  t.deepEqual(flipped({ ...question, loss: { precision: 1 } }, 4_000), [1, 1, 1, 1, 1, 1, 0, 0]);
  t.is(searchLoss({ ...question, loss: { recall: 2 } }, judged, 4_000).target, 0, 'a class of no row');
});

test('each of several losses counts in units of its own allowance', (t) => {
  const all = [
    { loss: 'disagreement' as const, epsilon: 0.01 },
    { loss: { recall: 1 }, epsilon: 0.01 },
  ];
  const question = { ...all[0], delta: 0.05, all };
  // Of 4,000 rows 29 may differ, P(Bin(4000, .01) <= 29) = .042; of the class 4, as above.
  const allowed = [(0.75 * 29) / 4_000, 0.003 / 4];
  const { target } = searchLoss(question, judged, 4_000);
  t.true(Math.abs(target - allowed[0]) < 1e-12);
  const weight = allowed[0] / allowed[1];
  flipped(question, 4_000).forEach((lost, row) => {
    t.true(Math.abs(lost - (row < 6 ? 1 : 1 + weight)) < 1e-9, `row ${row}`);
  });
  // Where not one of the class may be missed, one is more than all that is allowed.
  const few = searchLoss(question, judged, 1_196);
  t.true(few.lost(0, 7) > few.target * 1_196 && few.lost(1, 0) === 1);
});

test('what the full model itself loses by a loss of the user’s is no plan’s doing, and is taken off', (t) => {
  const question = {
    loss: { name: 'late', loss: (answer: number) => (answer === 1 ? 0.002 : 1) },
    epsilon: 0.9,
    delta: 0.05,
  };
  const { lost, target } = searchLoss(question, judged, 10_000);
  const unavoidable = (6 + 2 * 0.002) / 8;
  const limit = { epsilon: 0.9, delta: 0.05 };
  t.true(Math.abs(target - Math.max(0, expectedAllowance(limit, 10_000) - unavoidable)) < 1e-12);
  t.is(lost(1, 0), 0, 'a gain is nothing to bet on');
  t.true(Math.abs(lost(0, 7) - 0.998) < 1e-12);
});

test('groups lose means: what is expected of them is near the most that their own test passes', (t) => {
  const limit = { epsilon: 0.05, delta: 0.05 };
  const [groups, rows] = [129, 300];
  const question = { loss: 'disagreement', ...limit } as const;
  const { target } = searchLoss(question, judged, groups, rows);
  t.is(target, expectedAllowance(limit, groups, 'groups'));
  // Days of 300 rows, of which some lose twice as much as others, as far as a day of losses varies.
  const passes = (mean: number) => {
    const draw = random(7);
    const days = Float64Array.from({ length: groups }, (_, day) => {
      const own = (mean * (2 + (day % 3))) / 3;
      return (
        Array.from({ length: rows }, () => Number(draw.uniform() < own)).reduce(
          (sum, lost) => sum + lost,
          0,
        ) / rows
      );
    });
    return bettingPValue(days, limit.epsilon, limit.delta) <= limit.delta;
  };
  t.true(passes(target));
  t.false(passes(1.5 * target));
  // Of few rows each, of which one is much of a group: 2 groups may be lost, of which one and a half are expected.
  for (const few of [1, 15])
    t.is(searchLoss(question, judged, groups, few).target, (0.75 * 2) / groups, `${few}`);
  t.is(expectedAllowance(limit, 50, 'groups'), 0, 'so few pass with no loss at all');
});

test('other tests of groups allow less, and are expected to', (t) => {
  const limit = { epsilon: 0.05, delta: 0.05 };
  for (const question of [
    { loss: 'accuracy' as const, ...limit },
    { loss: 'disagreement' as const, method: 'hoeffding-bentkus' as const, ...limit },
  ]) {
    t.is(searchLoss(question, judged, 129, 300).target, searchLoss(question, judged, 129).target);
  }
});

test('units of good use are the fewest that are expected to pass half of epsilon', (t) => {
  const limit = { loss: 'disagreement', epsilon: 0.05, method: undefined } as const;
  for (const [size, unit] of [
    [1, 'rows'],
    [20, 'groups'],
  ] as const) {
    const units = usefulUnits(limit, 0.05, size);
    const at = (n: number) => expectedAllowance({ epsilon: 0.05, delta: 0.05 }, n, unit);
    t.true(at(units) >= 0.025 && at(units - 1) < 0.025, unit);
  }
  t.true(usefulUnits(limit, 0.05, 20) < usefulUnits(limit, 0.05, 1));
});
