import test, { type ExecutionContext } from 'ava';
import { mean } from 'simple-statistics';
import { auc, aucOfClasses, calibrationError, logLoss } from '../../../../../bench/harness/metrics.js';
import {
  type BoostingOptions,
  gradientBoosting,
  type TrainingSet,
} from '../../../../../lib/learn/learners/index.js';
import { near } from '../../../../support/near.js';
import { digits } from './digits.js';
import { classesOf, numbersOf, part, problem, scores } from './problem.js';

/**
 * What reference.py prints with scikit-learn 1.4.2. Its columns have few enough values for a bin each, so that both libraries
 * see the same bins, and its defaults are spelt out here.
 */
const settings: BoostingOptions = { rounds: 60, maxDepth: 5, maxLeaves: 31, minRows: 20, l2: 0 };
const context = { seed: 1 };

async function fitted(set: TrainingSet, options: BoostingOptions = {}) {
  const model = await gradientBoosting({ ...settings, ...options }).fit(part(set, 0, 2000), context);
  const test = part(set, 2000, 3000);
  return { test, answers: scores(model, test) };
}

function close(t: ExecutionContext, found: ArrayLike<number>, expected: readonly number[], by = 1e-6): void {
  expected.forEach((value, i) => {
    near(t, found[i], value, by, by);
  });
}

const twoClasses = [
  {
    missing: false,
    p: [0.656503854, 0.139768833, 0.232201216],
    loss: 0.576511796,
    area: 0.744327792,
    gap: 0.038988618,
  },
  {
    missing: true,
    p: [0.648937422, 0.100125082, 0.228768215],
    loss: 0.577962952,
    area: 0.743003707,
    gap: 0.042020749,
  },
];

for (const { missing, p, loss, area, gap } of twoClasses) {
  test(`two classes as scikit-learn has them${missing ? ', missing values too' : ''}`, async (t) => {
    const { test, answers } = await fitted(classesOf(problem(3000, missing), 2));
    const ones = Array.from(test.labels, (_, r) => answers[2 * r + 1]);
    close(t, [ones[0], ones[7], ones[29]], p);
    // Where a node shows no missing value, ours go with most rows, its own to the right.
    const by = missing ? 1e-3 : 1e-6;
    near(t, logLoss(answers, test.labels), loss, by);
    near(
      t,
      auc(ones, (r) => test.labels[r] === 1),
      area,
      by,
    );
    near(t, calibrationError(ones, Array.from(test.labels, Boolean)), gap, missing ? 0.03 : 1e-6);
  });
}

const threeClasses = [
  {
    missing: false,
    p: [
      [0.073985379, 0.473224163, 0.452790458],
      [0.637370611, 0.30777701, 0.054852379],
      [0.201808927, 0.725184678, 0.073006395],
    ],
    loss: 0.665395464,
  },
  {
    missing: true,
    p: [
      [0.079396735, 0.476283095, 0.44432017],
      [0.648337612, 0.298381016, 0.053281372],
      [0.202342489, 0.732220553, 0.065436958],
    ],
    loss: 0.668251752,
  },
];

for (const { missing, p, loss } of threeClasses) {
  test(`three classes as scikit-learn has them${missing ? ', missing values too' : ''}`, async (t) => {
    const { test, answers } = await fitted(classesOf(problem(3000, missing), 3), { rounds: 10 });
    // It also divides nodes of a single class, in which rounding alone tells the rows apart.
    const found = [0, 7, 29].flatMap((r) => [...answers.subarray(3 * r, 3 * r + 3)]);
    close(t, found, p.flat(), 2e-5);
    near(t, logLoss(answers, test.labels), loss, missing ? 1e-3 : 2e-5);
  });
}

const numbers = [
  {
    missing: false,
    p: [9.32437183, 2.655387637, 5.82255968],
    squared: 1.454665906,
    absolute: 1.03175821,
    pinball: 0.210343486,
  },
  {
    missing: true,
    p: [9.46105083, 2.671951376, 5.714038211],
    squared: 1.466640933,
    absolute: 1.026856975,
    pinball: 0.211642968,
  },
];

for (const { missing, p, squared, absolute, pinball } of numbers) {
  const also = missing ? ', missing values too' : '';
  const set = numbersOf(problem(3000, missing));
  const errors = (answers: Float64Array, { values = new Float64Array(0) }: TrainingSet) =>
    values.map((value, r) => value - answers[r]);

  test(`squared errors as scikit-learn has them${also}`, async (t) => {
    const { test, answers } = await fitted(set, { loss: 'squared' });
    close(t, [answers[0], answers[7], answers[29]], p);
    near(t, mean([...errors(answers, test).map((error) => error ** 2)]), squared, missing ? 1e-3 : 1e-6);
  });

  test(`absolute and quantile errors about as scikit-learn has them${also}`, async (t) => {
    const absolutely = await fitted(set, { loss: 'absolute' });
    near(t, mean([...errors(absolutely.answers, absolutely.test).map(Math.abs)]), absolute, 0.01);
    // Its quantiles lie between two rows' values, ours minimise the loss: leaves differ a little.
    const high = await fitted(set, { loss: 'quantile', quantile: 0.9 });
    const lost = errors(high.answers, high.test).map((error) => Math.max(0.9 * error, -0.1 * error));
    near(t, mean([...lost]), pinball, 0.01);
  });
}

test('digits as scikit-learn has them', async (t) => {
  const model = await gradientBoosting(settings).fit(digits(0, 1200), context);
  const test = digits(1200, 1797);
  const answers = scores(model, test);
  const rows = Array.from(test.labels, (_, r) => [...answers.subarray(10 * r, 10 * r + 10)]);
  const top = rows.map((row) => Math.max(...row));
  const right = rows.map((row, r) => row[test.labels[r]] === top[r]);
  const area = aucOfClasses(answers, test.labels, 10);
  t.true(Math.abs(area - 0.993860197) <= 0.002, `AUC ${area}`);
  const gap = calibrationError(top, right);
  t.true(gap <= 0.052967132 + 0.001, `calibration error ${gap}`);
  near(t, logLoss(answers, test.labels), 0.385689672, 0.05);
  near(t, mean(right.map(Number)), 0.906197655, 0, 0.01);
});
