import test from 'ava';
import fc from 'fast-check';
import { DataError, OptionError } from '../../../lib/errors.js';
import {
  type FiniteTest,
  finiteRowsNeeded,
  finiteStart,
  finiteStep,
  random,
} from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

const capital = (state: FiniteTest) => state.logCapitals.reduce((sum, log) => sum + Math.exp(log), 0);

const after = (start: FiniteTest, losses: readonly number[]) => losses.reduce(finiteStep, start);

/** Every order in which the values can be drawn, equal ones told apart. */
function orders(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((value, i) => orders(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));
}

/** Every order of so many ones among so many rows. */
function arrangements(rows: number, ones: number): number[][] {
  if (rows === 0) return ones === 0 ? [[]] : [];
  const zeroFirst = ones < rows ? arrangements(rows - 1, ones).map((rest) => [0, ...rest]) : [];
  const oneFirst = ones > 0 ? arrangements(rows - 1, ones - 1).map((rest) => [1, ...rest]) : [];
  return [...zeroFirst, ...oneFirst];
}

test('the first two draws from ten rows said to hold two wrong ones, by hand', (t) => {
  const start = finiteStart(10, 2);
  t.is(start.pValue, 1);
  // The mean is .2 at first: a right row takes a bet on the share s of it to (1 - .2 s) / .8, a wrong one to s.
  const shares = [1 / 64, 1 / 16, 1 / 8, 1 / 4, 1 / 2];
  const right = finiteStep(start, 0);
  near(t, capital(right), shares.reduce((sum, s) => sum + (1 - 0.2 * s) / 0.8, 0) / 5, 1e-14);
  near(t, right.pValue, 1 / capital(right), 1e-14);
  const wrong = finiteStep(start, 1);
  near(t, capital(wrong), shares.reduce((sum, s) => sum + s, 0) / 5, 1e-14);
  t.is(wrong.pValue, 1);
  // Of nine rows left two are said to be wrong.
  const both = finiteStep(right, 1);
  near(t, capital(both), shares.reduce((sum, s) => sum + (s * (1 - 0.2 * s)) / 0.8, 0) / 5, 1e-14);
  t.is(both.pValue, right.pValue);
  t.deepEqual([both.drawn, both.sum], [2, 1]);
});

test('at exactly that many wrong rows the capital stays what it is on average, and falls with more', (t) => {
  const mean = (wrong: number, drawn: number): number => {
    const capitals = arrangements(11, wrong).map((order) =>
      capital(after(finiteStart(11, 3), order.slice(0, drawn))),
    );
    return capitals.reduce((sum, value) => sum + value, 0) / capitals.length;
  };
  for (const drawn of [1, 4, 7]) {
    near(t, mean(3, drawn), 1, 1e-12);
    t.true(mean(4, drawn) < 1);
  }
});

test('over all orders of a batch, the smallest p-value ever seen is delta or less with a chance below delta', (t) => {
  const batches = [
    { orders: arrangements(12, 3), total: 3 },
    { orders: arrangements(14, 5), total: 5 },
    { orders: arrangements(14, 6), total: 5 },
    { orders: orders([0, 0, 0.1, 0.25, 0.5, 1, 1]), total: 2.85 },
    { orders: orders([0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.5]), total: 2.6 },
  ];
  for (const { orders, total } of batches) {
    const pValues = orders.map((order) => after(finiteStart(order.length, total), order).pValue);
    for (const delta of [0.05, 0.1, 0.2, 0.5]) {
      const share = pValues.filter((p) => p <= delta).length / pValues.length;
      t.true(share <= delta, `${share} > ${delta}`);
    }
    t.true(Math.min(...pValues) > 0, 'what is true is never impossible');
    t.true(pValues.some((p) => p < 0.8));
  }
});

test('once the rows left can no longer make up the total it is refuted, once the total is reached it stands', (t) => {
  // Two right rows of three leave room for one wrong.
  t.is(after(finiteStart(3, 2), [0, 0]).pValue, 0);
  const reached = after(finiteStart(10, 2), [0, 1, 1]);
  t.is(after(reached, [0, 0, 0, 0, 0, 0, 0]).pValue, reached.pValue);
  t.is(finiteStart(10, 10.5).pValue, 0);
  // All that are left must be wrong: no bet, and the first right row decides.
  const tight = after(finiteStart(5, 3), [0, 0]);
  t.true(tight.pValue > 0);
  t.is(finiteStep(tight, 1).pValue, tight.pValue);
  t.is(finiteStep(tight, 0).pValue, 0);
  // A tenth isn't a binary fraction: ten of them are rounded, and refute nothing.
  t.true(after(finiteStart(11, 2), new Array<number>(10).fill(0.1)).pValue > 0);
});

test('a larger loss never lowers the p-value, a larger total never raises it', (t) => {
  const losses = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(losses, share, share, share, (drawn, where, more, wanted) => {
      const rows = 40;
      const total = 0.01 + wanted * 20;
      const p = after(finiteStart(rows, total), drawn).pValue;
      const i = Math.floor(where * (drawn.length - 1));
      const worse = drawn.with(i, drawn[i] + more * (1 - drawn[i]));
      t.true(after(finiteStart(rows, total), worse).pValue >= p * (1 - 1e-12));
      t.true(after(finiteStart(rows, total + more), drawn).pValue <= p * (1 + 1e-12));
    }),
    { seed: 30, numRuns: 500 },
  );
});

test('a batch with few wrong rows is certified from a part of it, one with none from hardly more than exactly needed', (t) => {
  const [rows, total, delta] = [1_814, 19, 0.05];
  const rng = random('adaptive');
  const drawsNeeded = (wrong: number): number => {
    const losses = Int32Array.from({ length: rows }, (_, i) => (i < wrong ? 1 : 0));
    rng.shuffle(losses);
    let state = finiteStart(rows, total);
    while (state.pValue > delta) state = finiteStep(state, losses[state.drawn]);
    return state.drawn;
  };
  t.true(drawsNeeded(0) < 1.25 * finiteRowsNeeded(rows, total, delta));
  const draws = Array.from({ length: 101 }, () => drawsNeeded(5)).sort((a, b) => a - b);
  t.true(draws[50] < 0.4 * rows, `${draws[50]}`);
});

test('losses that spread little are certified too', (t) => {
  let state = finiteStart(2_000, 100);
  while (state.pValue > 0.05 && state.drawn < 2_000) state = finiteStep(state, 0.01);
  t.true(state.drawn < 200, `${state.drawn}`);
});

test('a state is plain data: through JSON and on it is the same test', (t) => {
  const losses = [0, 0, 0.5, 1, 0, 0.25, 0];
  const half = after(finiteStart(30, 6), losses.slice(0, 4));
  t.deepEqual(after(JSON.parse(JSON.stringify(half)), losses.slice(4)), after(finiteStart(30, 6), losses));
});

test('what is no batch, no loss, or a row too many is refused', (t) => {
  t.throws(() => finiteStart(0, 1), { instanceOf: OptionError, message: /rows/ });
  t.throws(() => finiteStart(10.5, 1), { instanceOf: OptionError, message: /rows/ });
  t.throws(() => finiteStart(10, 0), { instanceOf: OptionError, message: /total/ });
  t.throws(() => finiteStart(10, Number.NaN), { instanceOf: OptionError, message: /total/ });
  for (const bad of [-0.1, 1.5, Number.NaN]) {
    t.throws(() => finiteStep(finiteStart(10, 1), bad), { instanceOf: DataError, message: /draw 0/ });
  }
  t.throws(() => after(finiteStart(2, 1), [0, 0, 0]), { instanceOf: DataError, message: /all 2 rows/ });
});
