import test from 'ava';
import { type GaussianRow, gaussianWorld } from '../../../datasets/index.js';
import { expectRate } from '../../support/rates.js';

const ROWS = 40_000;

/** The class whose score is largest. */
function best(classes: number, score: (k: number) => number): string {
  let top = 0;
  for (let k = 1; k < classes; k++) if (score(k) > score(top)) top = k;
  return String.fromCharCode(97 + top);
}

for (const options of [
  { classes: 2, cheapShift: 2, costlyShift: 3 },
  { classes: 3, cheapShift: 1, costlyShift: 1.5, noise: 4 },
  { classes: 10, cheapShift: 2, costlyShift: 2 },
]) {
  test(`the best classifiers reach the Bayes errors: ${JSON.stringify(options)}`, (t) => {
    const { classes, cheapShift, costlyShift } = options;
    const world = gaussianWorld({ rows: ROWS, seed: 11, ...options });
    const errors = (score: (row: GaussianRow, k: number) => number) =>
      world.rows.filter((row, i) => best(classes, (k) => score(row, k)) !== world.labels[i]).length;
    expectRate(
      t,
      errors((row, k) => row.cheap[k]),
      ROWS,
      world.bayesError.cheap,
      'cheap',
    );
    expectRate(
      t,
      errors((row, k) => row.costly[k]),
      ROWS,
      world.bayesError.costly,
      'costly',
    );
    const both = errors((row, k) => cheapShift * row.cheap[k] + costlyShift * row.costly[k]);
    expectRate(t, both, ROWS, world.bayesError.both, 'both');
  });
}

test('Bayes errors known otherwise', (t) => {
  const error = (classes: number, shift: number) =>
    gaussianWorld({ rows: 1, seed: 1, classes, cheapShift: shift, costlyShift: 0 }).bayesError.cheap;
  // No shift is a guess; with two classes the error is the normal tail at shift / sqrt(2), .05 at 1.6448536….
  t.true(Math.abs(error(2, 0) - 1 / 2) < 1e-6);
  t.true(Math.abs(error(10, 0) - 9 / 10) < 1e-6);
  t.true(Math.abs(error(2, 1.6448536269514722 * Math.SQRT2) - 0.05) < 1e-6);
  t.true(Math.abs(error(2, 2.3263478740408408 * Math.SQRT2) - 0.01) < 1e-6);
  t.true(error(5, 12) < 1e-6);
});

test('columns have the widths, means and variances that are promised', (t) => {
  const world = gaussianWorld({ rows: ROWS, seed: 5, classes: 3, noise: 2 });
  const a = world.rows.filter((_, i) => world.labels[i] === 'a');
  expectRate(t, a.length, ROWS, 1 / 3, 'share of a class');
  t.is(world.rows[0].cheap.length, 3);
  t.is(world.rows[0].costly.length, 5);
  for (const [column, expected] of [3, 0, 0, 0, 0].entries()) {
    const mean = a.reduce((sum, row) => sum + row.costly[column], 0) / a.length;
    const variance = a.reduce((sum, row) => sum + (row.costly[column] - mean) ** 2, 0) / a.length;
    t.true(Math.abs(mean - expected) < 4.5 / Math.sqrt(a.length));
    t.true(Math.abs(variance - 1) < 4.5 * Math.sqrt(2 / a.length));
  }
});

test('the seed decides everything', (t) => {
  t.deepEqual(gaussianWorld({ rows: 50, seed: 5 }), gaussianWorld({ rows: 50, seed: 5 }));
  t.notDeepEqual(gaussianWorld({ rows: 50, seed: 5 }).rows, gaussianWorld({ rows: 50, seed: 6 }).rows);
});

test('refuses options outside their range, by name', (t) => {
  const world = (options: object) => () => gaussianWorld({ rows: 1, seed: 1, ...options });
  t.throws(world({ classes: 1 }), { instanceOf: RangeError, message: /'classes'/ });
  t.throws(world({ classes: 27 }), { instanceOf: RangeError, message: /'classes'/ });
  t.throws(world({ costlyShift: -1 }), { instanceOf: RangeError, message: /'costlyShift'/ });
});
