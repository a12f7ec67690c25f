import { join } from 'node:path';
import test from 'ava';
import { modelFromOnnx, toOnnx } from '../../entries/exchange.js';
import { RowView } from '../../entries/extend.js';
import {
  absoluteError,
  Cascade,
  define,
  dense,
  FeatureError,
  gradientBoosting,
  type Learner,
  logisticRegression,
  profile as measured,
  OptionError,
  oneHot,
  ridgeRegression,
  tfidf,
  tune,
  UsedRows,
} from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

/** A table with gaps: whether its customers stay hangs on the numbers, on a category, and on what is missing. */

interface Customer {
  readonly age: number | undefined;
  readonly plan: string | null;
  readonly usage: number;
  readonly bill: number;
}

const drawn = random('customers');
const customers: Customer[] = Array.from({ length: 1_500 }, () => ({
  age: drawn.uniform() < 0.3 ? undefined : Math.round(40 + 12 * drawn.normal()),
  plan: drawn.uniform() < 0.2 ? null : ['basic', 'family', 'pro'][drawn.integer(3)],
  usage: drawn.normal(),
  bill: drawn.uniform() < 0.1 ? Number.NaN : drawn.normal(),
}));
const bent = customers.map(
  ({ age, plan, usage, bill }) =>
    (age === undefined ? 2 : (age - 40) / 12) +
    (plan === null ? -2 : plan.length / 6) +
    2 * usage +
    (bill || -1),
);
const labels = bent.map((sum) => (sum + drawn.normal() > 1 ? 'stays' : 'leaves'));
const fresh = customers.splice(1_200);
labels.splice(1_200);

/** A missing number as `NaN` makes it, or as other arithmetic does, with other bits. */
const [NAN, OTHER_NAN] = new Float32Array(Uint32Array.of(0x7fc00000, 0xffc00000).buffer);

const columns = (of: (row: Customer) => readonly number[]) => (rows: readonly Customer[]) => {
  const values = new Float32Array(rows.length * 2);
  rows.forEach((row, r) => {
    values.set(of(row), 2 * r);
  });
  return values;
};
const featuresWith = (missing: true | 'indicator') =>
  define({
    person: dense(
      2,
      columns(({ age, usage }) => [age ?? NAN, usage]),
      { missing },
    ),
    plan: oneHot(({ plan }: Customer) => plan, { missing: true }),
    bill: dense(1, (rows: readonly Customer[]) => Float32Array.from(rows, ({ bill }) => bill), { missing }),
  });
const features = featuresWith(true);
const costs = { person: 1, plan: 0.5, bill: 200 };
const bound = { loss: 'disagreement', epsilon: 0.1 } as const;
const boosting = gradientBoosting({ rounds: 20, maxLeaves: 8 });

const cascade = await tune({
  features,
  rows: customers,
  labels,
  full: boosting,
  profile: profileOf(costs, ['gradient-boosting']),
  split: { folds: 2 },
  bound,
  seed: 1,
});

test('a cascade over missing values saves, and answers each row alone as in any batch', async (t) => {
  t.is(cascade.certificate.verdict, 'certified', cascade.certificate.reason ?? '');
  const { labels: answers, scores, exits } = await cascade.predict(fresh);
  t.true(new Set(exits).size > 1, 'stages and the full model answer');
  t.true(scores.every(Number.isFinite));
  for (let row = 0; row < 60; row++) {
    const one = await cascade.predictOne(fresh[row]);
    t.is(one.label, answers[row]);
    t.deepEqual([...one.scores], [...scores.subarray(2 * row, 2 * row + 2)]);
  }
  const folder = await folderFor(t);
  const path = join(folder, 'customers.cascade');
  await cascade.save(path);
  const loaded = await Cascade.load(path, { features });
  t.is(loaded.certificate.verdict, 'certified');
  t.deepEqual(await loaded.predict(fresh), { ...(await cascade.predict(fresh)), unchecked: true });
});

test('rows that were used are known by what they miss, too', async (t) => {
  const again = customers.slice(0, 400).map((row) => ({ ...row, bill: row.bill || OTHER_NAN }));
  const known = again.filter(({ bill }) => Number.isNaN(bill)).length;
  t.true(known > 10);
  const error = await t.throwsAsync(
    cascade.certify(cascade.plan, { rows: again, labels: labels.slice(0, 400) }),
    {
      instanceOf: UsedRows,
    },
  );
  t.is(error?.rows.length, 400);
});

test('a feature that does not say that it has them is an error that says how', async (t) => {
  const silent = define({
    ...Object.fromEntries(features.names.map((name) => [name, features.get(name)])),
    bill: dense(1, (rows: readonly Customer[]) => Float32Array.from(rows, ({ bill }) => bill)),
  });
  await t.throwsAsync(tune({ features: silent, rows: customers, labels, full: boosting, bound, seed: 1 }), {
    instanceOf: FeatureError,
    message: /feature 'bill', row \d+: column 0 is NaN.*missing: true/,
  });
});

test('stages are offered no linear model where a feature of one’s own has gaps and doesn’t say so', async (t) => {
  const fitted = {
    columns: 1,
    compute: (view: RowView<Customer>) => ({
      ...{ kind: 'dense' as const, rows: view.length, columns: 1 },
      values: Float32Array.from(view.rows(), ({ bill }) => bill),
    }),
    state: { json: null, tensors: {} },
  };
  const own = { kind: 'own', reads: [], fit: () => fitted, load: () => fitted };
  const usage = dense(1, (rows: readonly Customer[]) => Float32Array.from(rows, (row) => row.usage));
  const given = { rows: customers, labels, full: boosting, seed: 1 } as const;
  const cascade = await tune({ ...given, features: define<Customer>({ usage, own }), bound });
  t.false('logistic-regression' in cascade.profile.models);
  t.regex(
    cascade.summary().replaceAll(/\s+/g, ' '),
    /logistic-regression wasn't tried in stages: a feature has a value that is no finite number/,
  );
  const { models } = await measured({ ...given, features: define<Customer>({ usage, own }) });
  t.false('logistic-regression' in models);
  const sound = await tune({ ...given, features: define<Customer>({ usage, again: usage }), bound });
  t.true('logistic-regression' in sound.profile.models);
});

test('learners that take none are refused before anything is computed, in profile() too', async (t) => {
  let computed = 0;
  const counted = define({
    bill: dense(
      1,
      (rows: readonly Customer[]) => {
        computed++;
        return new Float32Array(rows.length);
      },
      { missing: true },
    ),
  });
  const given = { features: counted, rows: customers, labels };
  for (const run of [
    () => tune({ ...given, full: logisticRegression(), bound }),
    () => tune({ ...given, full: boosting, approximate: logisticRegression(), bound }),
    () => measured(given),
    () => measured({ ...given, full: boosting, approximate: [logisticRegression()] }),
  ]) {
    await t.throwsAsync(run, {
      instanceOf: OptionError,
      message: /logistic-regression can't take missing values, and feature 'bill' has them/,
    });
  }
  t.is(computed, 0);
});

test('with indicators linear models take them, and learn what missing means', async (t) => {
  const right = async (named: typeof features, learner: Learner) => {
    const fitted = await Promise.all(named.names.map((name) => named.get(name).fit(RowView.of(customers))));
    const blocks = await Promise.all(fitted.map((feature) => feature.compute(RowView.of(customers))));
    const codes = Int32Array.from(labels, (label) => Number(label === 'stays'));
    const model = await learner.fit({ blocks, rows: codes.length, classes: 2, labels: codes }, { seed: 1 });
    const scores = new Float64Array(2 * codes.length);
    await model.score(blocks, scores);
    return codes.filter((code, row) => Number(scores[2 * row + 1] > 0.5) === code).length / codes.length;
  };
  const zeros = define({
    person: dense(
      2,
      columns(({ age, usage }) => [age ?? 0, usage]),
    ),
    plan: features.get('plan'),
    bill: dense(1, (rows: readonly Customer[]) => Float32Array.from(rows, ({ bill }) => bill || 0)),
  });
  const [without, indicated] = [
    await right(zeros, logisticRegression()),
    await right(featuresWith('indicator'), logisticRegression()),
  ];
  t.true(indicated > without + 0.02, `${indicated} right with indicators, ${without} with zeros alone`);
});

test('numbers from missing values: a regression cascade', async (t) => {
  const values = bent.slice(0, customers.length);
  const squared = gradientBoosting({ loss: 'squared', rounds: 20, maxLeaves: 8 });
  const given = {
    features,
    rows: customers,
    labels: values,
    split: { folds: 2 },
    bound: { loss: absoluteError(4), epsilon: 0.15 },
  };
  await t.throwsAsync(tune({ ...given, full: ridgeRegression() }), {
    message: /ridge-regression can't.*gradientBoosting\(\{ loss: 'squared' \}\)/,
  });
  const numbers = await tune({
    ...given,
    full: squared,
    profile: profileOf(costs, ['gradient-boosting']),
    seed: 1,
  });
  t.is(numbers.certificate.verdict, 'certified', numbers.certificate.reason ?? '');
  const { labels: answers } = await numbers.predict(fresh);
  t.true(answers.every(Number.isFinite));
  for (let row = 0; row < 20; row++) t.is((await numbers.predictOne(fresh[row])).label, answers[row]);
});

test('as ONNX and back, missing values go the same ways', async (t) => {
  const fitted = await Promise.all(
    features.names.map((name) => features.get(name).fit(RowView.of(customers))),
  );
  const blocksOf = (rows: readonly Customer[]) =>
    Promise.all(fitted.map((feature) => feature.compute(RowView.of(rows))));
  const codes = Int32Array.from(labels, (label) => Number(label === 'stays'));
  const set = { blocks: await blocksOf(customers), rows: customers.length, classes: 2, labels: codes };
  const model = await boosting.fit(set, { seed: 1 });
  const read = modelFromOnnx(toOnnx(model), { labels: ['leaves', 'stays'] });
  const blocks = await blocksOf(fresh);
  const [ours, theirs] = [model, read].map((each) => {
    const out = new Float64Array(2 * fresh.length);
    void each.score(blocks, out);
    return out;
  });
  ours.forEach((score, i) => {
    t.true(Math.abs(score - theirs[i]) < 1e-6);
  });
});

test('texts that leave no term, and categories of too few rows, are refused by name', async (t) => {
  for (const [feature, message] of [
    [tfidf(() => ''), /^feature 'odd': no term is left of \d+ texts: all are empty/],
    [oneHot(({ plan }: Customer) => plan ?? '', { minCount: 5_000 }), /^feature 'odd': no category is left/],
  ] as const) {
    const odd = define({ odd: feature, usage: features.get('person') });
    await t.throwsAsync(tune({ features: odd, rows: customers, labels, full: boosting, bound }), {
      instanceOf: FeatureError,
      message,
    });
  }
});
