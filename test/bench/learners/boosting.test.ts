import test from 'ava';
import { type BoostingFits, boostingChecks } from '../../../bench/learners/boosting.js';
import { shapedRows } from '../../../bench/learners/boostingData.js';

const time = (seconds: number) => ({ seconds, processor: seconds });
const fit = {
  name: '80,000 x 28',
  ours: { ...time(1.1), logLoss: 0.3 },
  peers: [
    { library: 'LightGBM', threads: [time(1), time(0.6)], logLoss: 0.301 },
    { library: 'scikit-learn', threads: [time(2), time(1)], logLoss: 0.299 },
  ],
  ratio: 1.1,
  overTwo: 1.83,
} as const;
const fits: BoostingFits = { fits: [fit], versions: {}, missing: [] };
const okOf = (given: BoostingFits) => boostingChecks(given, false).map(({ ok }) => ok);

test('a fit is slower than the quicker library, or has a greater loss than the better one', (t) => {
  const [ratio, loss, two, ...others] = okOf(fits);
  t.deepEqual([ratio, loss, two], [true, true, null]);
  t.true(
    others.every((ok) => ok === null),
    'other shapes weren’t measured',
  );
  t.is(okOf({ ...fits, fits: [{ ...fit, ratio: 1.21 }] })[0], false);
  t.is(okOf({ ...fits, fits: [{ ...fit, ours: { ...fit.ours, logLoss: 0.303 } }] })[1], false);
});

test('what two threads would gain is said, and libraries that are missing are named', (t) => {
  t.regex(String(boostingChecks(fits, false)[2].value), /one thread; 1\.83/);
  const none = boostingChecks({ ...fits, fits: [], missing: ['python3-lightgbm is not installed'] }, false);
  t.true(none.every(({ ok, value }) => ok === null && /lightgbm is not installed/.test(String(value))));
});

test('rows of a shape have its classes, about evenly, and its share of gaps', (t) => {
  const { train, labels, testLabels } = shapedRows(
    1,
    { rows: 4_000, columns: 12, classes: 4, gaps: 0.2 },
    0.5,
  );
  t.is(labels.length, 2_000);
  t.is(testLabels.length, 4_000);
  for (let k = 0; k < 4; k++) {
    const share = labels.filter((label) => label === k).length / 2_000;
    t.true(share > 0.15 && share < 0.4, `class ${k}: ${share}`);
  }
  const gaps = train.filter(Number.isNaN).length / train.length;
  t.true(Math.abs(gaps - 0.2) < 0.01);
});
