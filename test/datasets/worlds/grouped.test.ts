import test from 'ava';
import { type GroupedWorld, type GroupedWorldOptions, groupedWorld } from '../../../datasets/index.js';

const GROUPS = 20_000;
const THRESHOLD = 0.7;

/** Whether each row exits at the threshold and differs, by group. */
function errorsByGroup(world: GroupedWorld, groups: number): boolean[][] {
  const byGroup: boolean[][] = Array.from({ length: groups }, () => []);
  world.rows.forEach(({ group, cheap }, i) => {
    const exits = 1 / (1 + Math.exp(-Math.abs(cheap))) >= THRESHOLD;
    byGroup[group].push(exits && (cheap > 0 ? 'yes' : 'no') !== world.answers[i]);
  });
  return byGroup;
}

function share(errors: readonly boolean[]): number {
  return errors.filter(Boolean).length / errors.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('means over groups and over rows follow their closed forms, which differ', (t) => {
  const world = groupedWorld({ groups: GROUPS, seed: 2 });
  const byGroup = errorsByGroup(world, GROUPS);
  const shares = byGroup.map(share);
  const groupMean = mean(shares);
  const spread = Math.sqrt(mean(shares.map((each) => (each - groupMean) ** 2)) / GROUPS);
  // By hand: u = .6, D = doubt * .18; groups .8 * .018 + .2 * .09; rows (3.2 * .018 + 3.2 * .09) / 6.4.
  t.true(Math.abs(world.trueDisagreement(THRESHOLD) - 0.0324) < 1e-12);
  t.true(Math.abs(world.rowDisagreement(THRESHOLD) - 0.054) < 1e-12);
  t.true(Math.abs(groupMean - 0.0324) < 4.5 * spread);
  t.true(Math.abs(share(byGroup.flat()) - 0.054) < 0.01);
  t.true(Math.abs(groupMean - world.rowDisagreement(THRESHOLD)) > 4.5 * spread);
});

test('two rows of one group share their draw with probability repeat squared', (t) => {
  const kinds = [{ share: 1, size: 6, doubt: 0.5 }];
  for (const repeat of [0, 0.5, 1]) {
    const byGroup = errorsByGroup(groupedWorld({ groups: GROUPS, seed: 4, repeat, kinds }), GROUPS);
    const p = share(byGroup.flat());
    const both = mean(byGroup.map(([first, second]) => (first && second ? 1 : 0)));
    const correlation = (both - p * p) / (p * (1 - p));
    t.true(Math.abs(correlation - repeat ** 2) < 0.05, `${correlation} at ${repeat}`);
  }
});

test('groups have the sizes and shares of their kinds', (t) => {
  const sizes = errorsByGroup(groupedWorld({ groups: GROUPS, seed: 1 }), GROUPS).map((group) => group.length);
  t.deepEqual([...new Set(sizes)].sort(), [16, 4]);
  const large = sizes.filter((size) => size === 16).length;
  t.true(Math.abs(large - 4_000) < 4.5 * Math.sqrt(GROUPS * 0.2 * 0.8));
});

test('the seed decides everything, and labels follow accuracy', (t) => {
  const world = (seed: number, more: Partial<GroupedWorldOptions> = {}) =>
    groupedWorld({ groups: 200, seed, ...more });
  t.deepEqual(world(5).rows, world(5).rows);
  t.notDeepEqual(world(5).rows, world(6).rows);
  t.deepEqual(world(5).labels, world(5).answers);
  const wrong = world(5, { accuracy: 0 });
  t.true(wrong.labels.every((label, i) => label !== wrong.answers[i]));
});

test('refuses kinds whose shares are no distribution', (t) => {
  t.throws(() => groupedWorld({ groups: 1, seed: 1, kinds: [{ share: 0.5, size: 2, doubt: 0.1 }] }), {
    instanceOf: RangeError,
    message: /'kinds.share'.*sum to 1/,
  });
  t.throws(() => groupedWorld({ groups: 1, seed: 1, kinds: [{ share: 1, size: 0, doubt: 0.1 }] }), {
    instanceOf: RangeError,
    message: /'kinds.size'/,
  });
});
