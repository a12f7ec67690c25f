import test from 'ava';
import { numberWorld } from '../../../datasets/index.js';

const ROWS = 40_000;

test('the mean error where doubt is known is what the closed form says', (t) => {
  for (const [spread, scale] of [
    [1, 2],
    [0.3, 0.25],
    [2, Number.POSITIVE_INFINITY],
  ]) {
    const { rows, errorAt } = numberWorld({ rows: ROWS, seed: 7, spread });
    // Every rest brought to doubt 0.
    const errors = rows.map(({ doubt, rest }) => Math.min(scale, Math.abs(rest) / Math.exp(doubt)));
    const mean = errors.reduce((sum, error) => sum + error, 0) / ROWS;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / ROWS);
    t.true(Math.abs(mean - errorAt(0, scale)) < (4 * deviation) / Math.sqrt(ROWS), `${mean}`);
  }
});

test('closed forms known otherwise', (t) => {
  const { errorAt } = numberWorld({ rows: 1, seed: 1 });
  t.true(Math.abs(errorAt(0, Number.POSITIVE_INFINITY) - Math.sqrt(2 / Math.PI)) < 1e-6);
  t.true(Math.abs(errorAt(1, Number.POSITIVE_INFINITY) - Math.E * Math.sqrt(2 / Math.PI)) < 1e-5);
  // s √(2/π) (1 - e^(-1/2)) + (1 - erf(1/√2)) where the scale is one standard deviation.
  t.true(Math.abs(errorAt(0, 1) - (Math.sqrt(2 / Math.PI) * (1 - Math.exp(-0.5)) + 0.31731050786)) < 1e-6);
});

test('labels are the sum and noise, the same for a seed, and options have ranges', (t) => {
  const world = numberWorld({ rows: 50, seed: 3, noise: 0 });
  world.rows.forEach(({ base, rest }, row) => {
    t.is(world.labels[row], 3 * base + rest);
  });
  t.deepEqual(numberWorld({ rows: 50, seed: 3, noise: 0 }).labels, world.labels);
  t.throws(() => numberWorld({ rows: 5, seed: 1, spread: 0 }), { instanceOf: RangeError, message: /spread/ });
});
