import test from 'ava';
import type { Loss } from '../../../bench/validity/certify.js';
import { exceeds, lawOf } from '../../../bench/validity/law.js';
import { observed } from '../../../bench/validity/trial.js';
import type { World } from '../../../bench/validity/worlds/world.js';
import { worldsOf } from '../../../bench/validity/worlds/worlds.js';
import { random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { near } from '../../support/near.js';

/** Three kinds of rows: safe, made worse by the second plan, made better by the third; in two kinds of groups. */
const world: World = {
  name: 'by hand',
  question: { all: [{ loss: 'accuracy', epsilon: 0.1 }], delta: 0.05 },
  n: 4_000,
  classes: 3,
  path: [0.2, 0.6, 1].map((level) => [level, level, level]),
  kinds: [
    {
      share: 0.75,
      size: 1,
      repeat: 0,
      cells: [
        { chance: 0.5, position: 0.1, decided: 1, full: 1, label: 1 },
        { chance: 0.3, position: 0.5, decided: 1, full: 0, label: 0 },
        { chance: 0.2, position: 0.9, decided: 1, full: 0, label: 1 },
      ],
    },
    {
      share: 0.25,
      size: 3,
      repeat: 0.9,
      cells: [
        { chance: 0.6, position: 0.5, decided: 2, full: 1, label: 0 },
        { chance: 0.4, position: 0.5, decided: 2, full: 1, label: 1 },
      ],
    },
  ],
  grouped: true,
};

function truthOf(loss: Loss): Float64Array {
  return lawOf({ ...world, question: { all: [{ loss, epsilon: 0.1 }], delta: 0.05 } }).limits[0].truth;
}

test('what is true of each plan, by hand', (t) => {
  const expected: [Loss, number[]][] = [
    ['disagreement', [0, 0.75 * 0.3 + 0.25, 0.75 * 0.5 + 0.25]],
    ['harm', [0, 0.75 * 0.3 + 0.25 * 0.4, 0.75 * 0.3 + 0.25 * 0.4]],
    ['accuracy', [0, 0.75 * 0.3 + 0.25 * 0.4, 0.75 * 0.1 + 0.25 * 0.4]],
    // The full model says 1 of 62.5 % of rows: a quarter of all rows is then called 2.
    [{ recall: 1 }, [0, 0.25 / 0.625, 0.25 / 0.625]],
    // What is called 1: 37.5 %, then with 22.5 % that are wrong, then with 15 % more.
    [{ precision: 1 }, [0, 0.225 / 0.6, 0.375 / 0.75]],
  ];
  for (const [loss, values] of expected) {
    values.forEach((value, j) => {
      near(t, truthOf(loss)[j], value, 1e-12, 1e-15);
    });
  }
  const { acceptance } = lawOf(world);
  [0.75 * 0.5, 0.75 * 0.8 + 0.25, 1].forEach((share, j) => {
    near(t, acceptance[j], share, 1e-12);
  });
});

test('drawn rows follow the law: the mean over groups is near what is true', (t) => {
  const law = lawOf(world);
  const drawn = law.draw(random('drawn'));
  const { groups, full, labels, stages } = drawn.table;
  t.is(new Set(groups).size, world.n);
  t.is(full.length, labels.length);
  t.is(full.length, stages[0].answers.length);
  // Losses in [-1, 1] have a standard deviation of at most 1: four of the mean's.
  observed(law.limits[0], law, drawn).forEach((loss, j) => {
    near(t, loss, law.limits[0].truth[j], 0, 4 / Math.sqrt(world.n));
  });
});

test('the same random numbers draw the same rows', (t) => {
  const law = lawOf(world);
  t.deepEqual(law.draw(random(5)).cells, law.draw(random(5)).cells);
  t.notDeepEqual(law.draw(random(5)).cells, law.draw(random(6)).cells);
});

test("chances that don't sum to 1 are refused", (t) => {
  const [single] = world.kinds;
  t.throws(() => lawOf({ ...world, kinds: [{ ...single, share: 0.9 }] }), { message: /sum to 1/ });
});

test('every world can break its promise, unless its name says that it is easy', (t) => {
  for (const one of atLength([true], [true, false]).flatMap(worldsOf)) {
    const law = lawOf(one);
    const plans = [...law.path.keys()];
    t.is(
      plans.some((plan) => exceeds(law, plan)),
      !one.name.startsWith('easy'),
      one.name,
    );
    t.true(
      plans.some((plan) => !exceeds(law, plan) && law.acceptance[plan] > 0),
      one.name,
    );
  }
});

test('names tell worlds apart, and there are a dozen at least', (t) => {
  for (const quick of [true, false]) {
    const names = worldsOf(quick).map(({ name }) => name);
    t.is(new Set(names).size, names.length);
    t.true(names.length >= 12);
  }
});
