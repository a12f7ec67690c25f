import test from 'ava';
import fc from 'fast-check';
import {
  finitePValue,
  restErrors,
  restPValue,
  restRowsNeeded,
  rowsNeeded,
} from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

/** Every set of `size` out of 0 … rows - 1, as bits. */
function* samples(rows: number, size: number): Generator<number> {
  for (let bits = 0; bits < 2 ** rows; bits++) if (ones(bits) === size) yield bits;
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}

/**
 * The share of all samples after which the most aggressive plan with `errors` or fewer drawn errors leaves more than `allowed`.
 *
 * @param plans how many errors each plan makes, from conservative to aggressive: those of the first so many rows
 */
function failures(plans: readonly number[], errors: number, sampled: number, rows: number, allowed: number) {
  let [all, failed] = [0, 0];
  for (const drawn of samples(rows, sampled)) {
    all++;
    const within = plans.filter((wrong) => ones(drawn & (2 ** wrong - 1)) <= errors);
    const served = Math.max(0, ...within);
    failed += Number(served - ones(drawn & (2 ** served - 1)) > allowed);
  }
  return failed / all;
}

const rows = 10;
const cases = fc.record({
  errors: fc.integer({ min: 0, max: 4 }),
  sampled: fc.integer({ min: 0, max: rows }),
  allowed: fc.integer({ min: 0, max: 4 }),
});

test('it is the share of all samples that leave too many errors, on a path with a plan for every number of them', (t) => {
  const path = Array.from({ length: rows + 1 }, (_, wrong) => wrong);
  fc.assert(
    fc.property(cases, ({ errors, sampled, allowed }) => {
      near(
        t,
        restPValue(errors, sampled, rows, allowed),
        failures(path, errors, sampled, rows, allowed),
        1e-12,
      );
    }),
    { seed: 1, numRuns: 150 },
  );
});

test('no path whose plans make the errors of those before fails more often', (t) => {
  const paths = fc.uniqueArray(fc.integer({ min: 0, max: rows }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(cases, paths, ({ errors, sampled, allowed }, path) => {
      const share = failures(path, errors, sampled, rows, allowed);
      t.true(share <= restPValue(errors, sampled, rows, allowed) + 1e-12);
    }),
    { seed: 2, numRuns: 150 },
  );
});

test('without an error it is the test of the whole batch, and with some it needs fewer rows', (t) => {
  t.is(restPValue(0, 264, 1_814, 18), finitePValue(0, 264, 1_814, 19));
  t.is(restRowsNeeded(0, 1_814, 18, 0.05), 264);
  // A single wrong row is missed with chance 1 - sampled / rows.
  t.is(restRowsNeeded(0, 100, 0, 0.05), 95);
  t.is(restRowsNeeded(0, 1e8, 1e6 - 1, 0.05), rowsNeeded(0.01, 0.05), 'an endless batch');
  t.true(restPValue(3, 600, 1_814, 18) < finitePValue(3, 600, 1_814, 19));
});

test('rows needed are the fewest, and errors borne the most', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 60 }), (errors, allowed) => {
      const [size, delta] = [500, 0.05];
      const needed = restRowsNeeded(errors, size, allowed, delta);
      t.true(restPValue(errors, needed, size, allowed) <= delta);
      if (needed > 0) t.true(restPValue(errors, needed - 1, size, allowed) > delta);
      const borne = restErrors(needed, size, allowed, delta);
      t.true(borne >= Math.min(errors, needed));
      if (borne < needed) t.true(restPValue(borne + 1, needed, size, allowed) > delta);
    }),
    { seed: 3, numRuns: 200 },
  );
  t.is(restErrors(20, 1_814, 18, 0.05), -1);
});

test('where no more rows are left than may be wrong nothing need be drawn', (t) => {
  t.is(restRowsNeeded(0, 18, 18, 0.05), 0);
  t.is(restPValue(0, 0, 19, 18), 1);
  t.is(restPValue(5, 1, 19, 18), 0);
});

test('arguments out of range certify nothing', (t) => {
  t.false(restPValue(0, 11, 10, 2) <= 1);
  t.false(restPValue(0.5, 5, 10, 2) <= 1);
  t.true(Number.isNaN(restRowsNeeded(0, 10, 2, 1)));
  t.true(Number.isNaN(restErrors(11, 10, 2, 0.05)));
});
