import test from 'ava';
import fc from 'fast-check';
import { OptionError } from '../../../../lib/errors.js';
import { chooseRows } from '../../../../lib/learn/choosing/index.js';
import { random } from '../../../../lib/stats/index.js';

const scores = Float64Array.of(0.9, 0.1, 0.5, 0.5, 0.2, 0.8, 0.55, 0.45);

test('with much sharpness the rows of least margin are chosen', (t) => {
  const options = { scores, classes: 2, sharpness: 200 };
  t.deepEqual([...chooseRows({ ...options, count: 1, random: random(1) })], [1]);
  t.deepEqual([...chooseRows({ ...options, count: 2, random: random(1) })], [1, 3]);
});

test('without sharpness every row is chosen as often as any other', (t) => {
  const times = new Float64Array(4);
  for (let seed = 0; seed < 2_000; seed++) {
    const chosen = chooseRows({ scores, classes: 2, count: 2, sharpness: 0, random: random(seed) });
    for (const row of chosen) times[row]++;
  }
  // 1,000 expected, with a standard deviation of 22.
  for (const count of times) t.true(Math.abs(count - 1_000) < 110, String(count));
});

test('the less certain row is chosen more often, and the other one at times', (t) => {
  let certain = 0;
  for (let seed = 0; seed < 2_000; seed++) {
    const [row] = chooseRows({
      scores: Float64Array.of(0.75, 0.25, 0.5, 0.5),
      classes: 2,
      count: 1,
      sharpness: 1,
      random: random(seed),
    });
    certain += Number(row === 0);
  }
  // Uncertainties .5 and 1: a third, with a standard deviation of 21.
  t.true(Math.abs(certain - 667) < 105, String(certain));
});

test('only candidates are chosen, each once, in order, and all where they are few', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(49), { maxLength: 50 }),
      fc.nat(60),
      fc.nat(1_000),
      (rows, count, seed) => {
        const draw = random(seed);
        const own = Float64Array.from({ length: 150 }, () => draw.uniform());
        const candidates = Int32Array.from(rows);
        const chosen = chooseRows({ scores: own, classes: 3, candidates, count, random: draw });
        t.is(chosen.length, Math.min(count, rows.length));
        t.true(chosen.every((row, i) => rows.includes(row) && (i === 0 || chosen[i - 1] < row)));
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

test('a row without scores is one that nothing is known of', (t) => {
  const unknown = Float64Array.of(0.9, 0.1, Number.NaN, Number.NaN);
  t.deepEqual(
    [...chooseRows({ scores: unknown, classes: 2, count: 1, sharpness: 200, random: random(1) })],
    [1],
  );
});

test('what is no count, and no sharpness, is refused by its name', (t) => {
  const options = { scores, classes: 2, count: 1, random: random(1) };
  t.throws(() => chooseRows({ ...options, count: -1 }), { instanceOf: OptionError, message: /count/ });
  t.throws(() => chooseRows({ ...options, sharpness: Number.NaN }), {
    instanceOf: OptionError,
    message: /sharpness/,
  });
  t.throws(() => chooseRows({ ...options, classes: 1 }), { instanceOf: OptionError, message: /classes/ });
});
