import test from 'ava';
import {
  allowedErrors,
  binomialCdf,
  binomialPValue,
  fixedSequence,
  random,
} from '../../../lib/stats/index.js';

test('it stops before the first p-value above delta', (t) => {
  t.is(fixedSequence([0.001, 0.05, 0.2, 0.001], 4, 0.05), 1);
  t.is(fixedSequence([0.2, 0.001], 2, 0.05), -1);
  t.is(fixedSequence(Float64Array.of(0.01, 0.01, 0.01), 3, 0.05), 2);
  t.is(fixedSequence([], 0, 0.05), -1);
});

test('a p-value that is no number rejects nothing', (t) => {
  t.is(fixedSequence([0.01, Number.NaN, 0.01], 3, 0.05), 0);
});

test('no p-value is asked for after the first failure', (t) => {
  const requested: number[] = [];
  const last = fixedSequence(
    (j) => {
      requested.push(j);
      return j < 3 ? 0 : 1;
    },
    100,
    0.05,
  );
  t.is(last, 2);
  t.deepEqual(requested, [0, 1, 2, 3]);
});

test('in a sharp world it serves a bad plan as often as the binomial says, and no more than delta', (t) => {
  // Plans 0 to 4 never err; from 5 on each errs on the same rows, with a chance of exactly epsilon.
  const [n, epsilon, delta, plans, trials] = [500, 0.02, 0.05, 12, 8_000];
  const rng = random('sharp');
  let violations = 0;
  for (let trial = 0; trial < trials; trial++) {
    let errors = 0;
    for (let i = 0; i < n; i++) if (rng.uniform() < epsilon) errors++;
    const last = fixedSequence((j) => binomialPValue(j < 5 ? 0 : errors, n, epsilon), plans, delta);
    t.true(last === 4 || last === plans - 1);
    if (last > 4) violations++;
  }
  const expected = binomialCdf(allowedErrors(n, epsilon, delta), n, epsilon);
  t.true(expected <= delta && expected > 0.02);
  const spread = Math.sqrt((expected * (1 - expected)) / trials);
  t.true(Math.abs(violations / trials - expected) < 4 * spread, `${violations / trials} against ${expected}`);
});

test('with errors drawn afresh for every plan, one bad plan after another still stays within delta', (t) => {
  // Independent errors at exactly epsilon: the first bad plan decides, whatever follows it.
  const [n, epsilon, delta, trials] = [300, 0.02, 0.1, 4_000];
  const rng = random('afresh');
  const errors = () => {
    let count = 0;
    for (let i = 0; i < n; i++) if (rng.uniform() < epsilon) count++;
    return count;
  };
  let violations = 0;
  for (let trial = 0; trial < trials; trial++) {
    if (fixedSequence(() => binomialPValue(errors(), n, epsilon), 50, delta) >= 0) violations++;
  }
  const expected = binomialCdf(allowedErrors(n, epsilon, delta), n, epsilon);
  const spread = Math.sqrt((expected * (1 - expected)) / trials);
  t.true(Math.abs(violations / trials - expected) < 4 * spread, `${violations / trials} against ${expected}`);
});
