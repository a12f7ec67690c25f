import test from 'ava';
import { freshSeed, random } from '../../../lib/stats/index.js';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

/** Pearson's statistic of `counts` against equal chances. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('one seed gives one stream, for ever', (t) => {
  const first = random(7);
  t.deepEqual(draw(5, first.uniform), draw(5, random('7').uniform));
  // Plans are promised bit for bit: these may never change.
  const pinned = random(1);
  t.deepEqual(
    draw(3, () => pinned.integer(1_000_000)),
    [715_529, 434_663, 598_776],
  );
  t.is(random(1).uniform(), 0.9801507745626582);
  t.notDeepEqual(draw(5, random(1).uniform), draw(5, random(2).uniform));
});

test('a fork depends on seed and name, not on what was drawn', (t) => {
  const parent = random('seed');
  const before = draw(5, parent.fork('folds').uniform);
  draw(1_000, parent.uniform);
  t.deepEqual(draw(5, parent.fork('folds').uniform), before);
  t.notDeepEqual(draw(5, parent.fork('sample').uniform), before);
  t.notDeepEqual(draw(5, random('other').fork('folds').uniform), before);
  // Names are no paths: however they are cut, streams differ.
  t.notDeepEqual(draw(5, parent.fork('a').fork('b').uniform), draw(5, parent.fork('ab').uniform));
  t.notDeepEqual(draw(5, random('a').fork('b').uniform), draw(5, random('ab').uniform));
});

test('forks under neighbouring names are uncorrelated', (t) => {
  const [n, streams] = [2_000, 20];
  const drawn = Array.from({ length: streams }, (_, s) => draw(n, random(0).fork(`tree ${s}`).uniform));
  for (let s = 1; s < streams; s++) {
    const product = drawn[s].reduce((sum, u, i) => sum + (u - 0.5) * (drawn[s - 1][i] - 0.5), 0);
    // In standard deviations of n products of two uniforms.
    t.true(Math.abs((product * 12) / Math.sqrt(n)) < 4.5);
  }
});

test('uniform numbers fill [0, 1) evenly, in pairs too', (t) => {
  const { uniform } = random('even');
  const cells = new Array<number>(400).fill(0);
  for (let i = 0; i < 40_000; i++) {
    const [x, y] = [uniform(), uniform()];
    t.true(x >= 0 && x < 1 && y >= 0 && y < 1);
    cells[20 * Math.floor(20 * x) + Math.floor(20 * y)]++;
  }
  // 399 degrees of freedom: mean 399, spread 28.
  const statistic = chiSquare(cells);
  t.true(statistic > 280 && statistic < 530, `${statistic}`);
});

test('integers are unbiased where 2^32 is no multiple of n', (t) => {
  const { integer } = random('integers');
  // Without rejection the lower half of these would be drawn twice as often as the upper.
  const n = 3 * 2 ** 30;
  const thirds = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) thirds[Math.floor(integer(n) / 2 ** 30)]++;
  t.true(chiSquare(thirds) < 20, `${thirds}`);
  t.deepEqual(
    draw(3, () => integer(1)),
    [0, 0, 0],
  );
});

test('normal numbers have the moments of the normal', (t) => {
  const values = draw(40_000, random('normal').normal);
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  t.true(Math.abs(moment(1)) < 0.025);
  t.true(Math.abs(moment(2) - 1) < 0.035);
  t.true(Math.abs(moment(3)) < 0.1);
  t.true(Math.abs(moment(4) - 3) < 0.25);
});

test('a shuffle makes every order equally likely', (t) => {
  const rng = random('shuffle');
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const items = Int32Array.of(1, 2, 3, 4);
    rng.shuffle(items);
    counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
  }
  t.is(counts.size, 24);
  // 23 degrees of freedom.
  t.true(chiSquare([...counts.values()]) < 60);
});

test('a fresh seed is 128 bits that no two calls share, and repeats its stream', (t) => {
  const seeds = Array.from({ length: 50 }, freshSeed);
  t.true(seeds.every((seed) => /^[0-9a-f]{32}$/.test(seed)));
  t.is(new Set(seeds).size, 50);
  t.is(random(seeds[0]).uniform(), random(seeds[0]).uniform());
});
