import {
  DataError,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  PriceLimitError,
  printProgress,
  profile as profiled,
  randomForest,
  ridgeRegression,
  tune,
  UsedRows,
} from '../../index.js';
import { features, labels, type Mail, mails, profile, right } from './mails.js';
import { js, refused } from './mistake.js';

/** What goes wrong in the options of `tune` and `profile`, and in rows and labels. */

const but = (change: object) => js(tune, { ...right, ...change });
const without = (key: string) =>
  js(tune, Object.fromEntries(Object.entries(right).filter(([name]) => name !== key)));
const regression = (change: object) =>
  js(tune, {
    ...right,
    labels: mails.map(({ size }) => size),
    full: ridgeRegression(),
    profile: undefined,
    bound: { loss: { absoluteError: 100 }, epsilon: 0.05 },
    ...change,
  });
/** The same features, of which one is paid. */
const paid = define({
  size: dense(1, (rows: readonly Mail[]) => Float32Array.from(rows, ({ size }) => size), { price: 0.01 }),
  subject: features.get('subject'),
});
const model = { name: 'own', classes: 2, labels: ['good', 'spam'], score() {} };

refused([
  ['tune: nothing', () => js(tune), /'features': expected what define\(\) returns, got undefined/],
  ['tune: the features alone', () => js(tune, features), /'names': unknown/],
  [
    'tune: features as a plain object',
    () => but({ features: { size: features.get('size') } }),
    /'features'.*an object with size; wrap them: define\(\{ … \}\)/,
  ],
  [
    'tune: one feature',
    () => but({ features: features.get('size') }),
    /'features'.*expected what define\(\) returns.*wrap them/,
  ],
  [
    'tune: no rows',
    () => without('rows'),
    /'rows': expected an array of rows, or a function that reads them, got undefined/,
  ],
  [
    'tune: rows that are a promise',
    () => but({ rows: Promise.resolve(mails) }),
    /'rows': expected an array of rows, or a function that reads them, got a promise: await it first/,
  ],
  ['tune: rows that are an iterator', () => but({ rows: mails.values() }), /'rows': expected an array/],
  [
    'tune: rows by column',
    () => but({ rows: { size: [1, 2], subject: ['a', 'b'] } }),
    /'rows': expected an array of rows, or a function that reads them, got an object with size, subject/,
  ],
  ['tune: an empty table', () => but({ rows: [], labels: [] }), /rows: there are none/, DataError],
  [
    'tune: one row',
    () => but({ rows: mails.slice(0, 1), labels: ['good'] }),
    /at least two classes/,
    DataError,
  ],
  [
    'tune: no labels',
    () => without('labels'),
    /'labels': missing; a learner as full model is trained on them/,
  ],
  [
    'tune: labels that are a promise',
    () => but({ labels: Promise.resolve(labels) }),
    /'labels': expected an array, got a promise/,
  ],
  ['tune: one label for all', () => but({ labels: 'spam' }), /'labels': expected an array, got "spam"/],
  ['tune: too many labels', () => but({ labels: [...labels, 'spam'] }), /labels: 61 for 60 rows/, DataError],
  [
    'tune: a class of one row',
    () => but({ labels: labels.map((label, i) => (i === 33 ? 'phishing' : label)) }),
    /labels: class "phishing" has [01] rows? to fit and choose a plan on.*expected at least 2/,
    DataError,
  ],
  [
    'tune: numbers as 600 classes',
    () => {
      const many = Array.from({ length: 1_200 }, (_, i) => mails[i % mails.length]);
      return but({ rows: many, labels: many.map((_, i) => i % 600) });
    },
    /labels: 600 different numbers in 1200 rows \(0, 1, 2 and 597 more\) would be as many classes.*ridgeRegression\(\)/,
    DataError,
  ],
  [
    'tune: a label is missing',
    () => but({ labels: labels.map((label, i) => (i === 33 ? undefined : label)) }),
    /labels: row 33 is undefined.*leave such rows out/,
    DataError,
  ],
  [
    'tune: a label of null',
    () => but({ labels: labels.map((label, i) => (i === 0 ? null : label)) }),
    /labels: row 0 is null.*leave such rows out/,
    DataError,
  ],
  [
    'tune: labels that are infinite',
    () => but({ labels: labels.map((label) => (label === 'good' ? 1 : Number.POSITIVE_INFINITY)) }),
    /labels: row \d+ is Infinity; expected a string, finite number or boolean: String\(label\)/,
    DataError,
  ],
  [
    'tune: a trained model with a label that is infinite',
    () => but({ full: { ...model, labels: [1, Number.POSITIVE_INFINITY] } }),
    /'full': has a label Infinity; expected strings, finite numbers or booleans/,
  ],
  [
    'tune: labels of bigint',
    () => but({ labels: labels.map((label) => BigInt(label === 'spam')) }),
    /labels: row 0 is 0n; expected a string, finite number or boolean: String\(label\)/,
    DataError,
  ],
  [
    'tune: labels of dates',
    () => but({ labels: labels.map((_, i) => new Date(i)) }),
    /labels: row 0 is a Date, 1970.*date\.toISOString\(\)/,
    DataError,
  ],
  [
    'tune: labels in arrays',
    () => but({ labels: labels.map((label) => [label]) }),
    /labels: row 0 is an array of 1.*label\[0\]/,
    DataError,
  ],
  [
    'tune: labels in objects',
    () => but({ labels: labels.map((label) => ({ label })) }),
    /labels: row 0 is an object with label/,
    DataError,
  ],
  [
    'tune: NaN as a label',
    () => but({ labels: labels.map((_, i) => (i === 5 ? Number.NaN : 1)) }),
    /labels: row 5 is NaN/,
    DataError,
  ],
  [
    'tune: one class',
    () => but({ labels: labels.map(() => 'spam') }),
    /labels: every row is "spam"; expected at least two classes/,
    DataError,
  ],
  [
    'regression: labels of text',
    () => regression({ labels: mails.map(({ size }) => `${size}`) }),
    /labels: row 0 is "0"; regression expects a finite number: Number\(label\)/,
    DataError,
  ],
  [
    'regression: labels of bigint',
    () => regression({ labels: mails.map(({ size }) => BigInt(size)) }),
    /labels: row 0 is 0n.*Number\(label\)/,
    DataError,
  ],
  [
    'regression: labels of dates',
    () => regression({ labels: mails.map(({ size }) => new Date(size)) }),
    /labels: row 0 is a Date.*date\.getTime\(\)/,
    DataError,
  ],
  [
    'regression: an infinite label',
    () => regression({ labels: mails.map(({ size }) => 1 / size) }),
    /labels: row 0 is Infinity; regression expects a finite number/,
    DataError,
  ],
  [
    'regression: a loss of classes',
    () => regression({ bound: { loss: 'accuracy', epsilon: 0.05 } }),
    /bound\.loss.*absoluteError/,
  ],
  [
    'regression: no loss',
    () => regression({ bound: { epsilon: 0.05 } }),
    /'bound\.loss': missing; for regression pass absoluteError\(\{ atMost, cap \}\)/,
  ],
  [
    'regression: a decision',
    () => regression({ decision: { threshold: 0.5 } }),
    /'decision': is for classes/,
  ],
  [
    'regression: a learner of classes for the stages',
    () => regression({ approximate: logisticRegression() }),
    /'approximate': logistic-regression gives classes, and the full model gives numbers/,
  ],

  [
    'tune: no full model',
    () => without('full'),
    /'full': expected a learner or a trained model, got undefined/,
  ],
  [
    'tune: a learner that isn’t called',
    () => but({ full: logisticRegression }),
    /'full': expected a learner or a trained model, got a function; call it: logisticRegression\(\)/,
  ],
  [
    'tune: an encoder as full model',
    () => but({ full: Object.assign(() => {}, { task: 'feature-extraction' }) }),
    /'full'.* of transformers.js; an encoder is a feature: embedding\(pipeline/,
  ],
  [
    'tune: printProgress that isn’t called',
    () => but({ onProgress: printProgress }),
    /'stream'.*for onProgress call it: onProgress: printProgress\(\)/,
  ],
  ['tune: a full model by name', () => but({ full: 'logistic' }), /'full'.*got "logistic"/],
  [
    'tune: a model that only predicts',
    () => but({ full: { predict: () => 1 } }),
    /'full': expected a learner with fit\(\), or a trained model with score\(\)/,
  ],
  [
    'tune: a trained model without labels',
    () => but({ full: { ...model, labels: undefined } }),
    /'full'.*labels or task/,
  ],
  [
    'tune: a trained model of more classes than labels',
    () => but({ full: { ...model, classes: 3 } }),
    /'full': has 2 labels and 3 classes/,
  ],
  [
    'tune: a trained model of other labels',
    () => but({ full: { ...model, labels: ['no', 'yes'] } }),
    /labels: row 0 is "good"; the full model knows "no", "yes"/,
    DataError,
  ],
  [
    'tune: a trained model that reads what isn’t there',
    () => but({ full: { ...model, reads: ['subjects'] } }),
    /'full\.reads': no feature is named 'subjects'.*did you mean 'subject'\?/,
  ],
  [
    'tune: a learner for stages that isn’t called',
    () => but({ approximate: gradientBoosting }),
    /'approximate': expected a learner.*got a function; call it/,
  ],
  [
    'tune: no learner for stages',
    () => but({ approximate: [] }),
    /'approximate': expected at least one learner/,
  ],
  [
    'tune: two learners of one name',
    () => but({ approximate: [logisticRegression(), logisticRegression({ l2: 2 })] }),
    /'approximate': two learners are named 'logistic-regression'/,
  ],
  [
    'logisticRegression: scikit-learn’s C',
    () => js(logisticRegression, { C: 1 }),
    /'C'.*l2, maxIterations or tolerance|'C'.*l2/,
  ],
  ['logisticRegression: no penalty', () => js(logisticRegression, { l2: 0 }), /'l2'.*above 0, got 0/],
  ['ridgeRegression: a slip', () => js(ridgeRegression, { L2: 1 }), /'L2'.*did you mean 'l2'\?/],
  [
    'gradientBoosting: LightGBM’s name of an option',
    () => js(gradientBoosting, { max_depth: 3 }),
    /'max_depth': unknown.*did you mean 'maxDepth'\?/,
  ],
  [
    'gradientBoosting: a step of text',
    () => js(gradientBoosting, { learningRate: '0.1' }),
    /'learningRate'.*got "0\.1"/,
  ],
  [
    'gradientBoosting: a step above 1',
    () => js(gradientBoosting, { learningRate: 10 }),
    /'learningRate'.*at most 1, got 10/,
  ],
  [
    'gradientBoosting: rounds of a fraction',
    () => js(gradientBoosting, { rounds: 1.5 }),
    /'rounds'.*whole number/,
  ],
  [
    'gradientBoosting: monotone by a word',
    () => js(gradientBoosting, { monotone: { size: 'up' } }),
    /'monotone\.size': expected 1, -1 or 0.*got "up"/,
  ],
  [
    'gradientBoosting: a loss that there isn’t',
    () => js(gradientBoosting, { loss: 'logloss' }),
    /'loss': expected 'auto', 'logistic'.*got "logloss"/,
  ],
  [
    'randomForest: scikit-learn’s name of an option',
    () => js(randomForest, { n_estimators: 10 }),
    /'n_estimators': unknown; known are/,
  ],

  [
    'tune: an option of another name',
    () => but({ validation: 0.2 }),
    /'validation': unknown; known are features, rows/,
  ],
  ['tune: a slip in an option', () => but({ lables: labels }), /'lables': unknown.*did you mean 'labels'\?/],
  [
    'tune: a controller for a signal',
    () => but({ signal: new AbortController() }),
    /'signal': expected an AbortSignal, got its controller; give controller\.signal/,
  ],
  [
    'tune: an empty object for a signal',
    () => but({ signal: {} }),
    /'signal': expected an AbortSignal.*got an object with no keys/,
  ],
  [
    'tune: a share for the certificate as a percentage',
    () => but({ split: { certify: 40 } }),
    /'split\.certify'.*got 40; did you mean 0\.4\?/,
  ],
  [
    'tune: a number for the split',
    () => but({ split: 0.4 }),
    /'split': expected an object, \{ certify, folds \}, got 0\.4/,
  ],
  [
    'tune: scikit-learn’s split',
    () => but({ split: { test_size: 0.2 } }),
    /'split\.test_size': unknown; known are certify, folds/,
  ],
  ['tune: one fold', () => but({ split: { folds: 1 } }), /'split\.folds'.*at least 2, got 1/],
  [
    'tune: a part that there isn’t',
    () => but({ split: (_: unknown, row: number) => (row === 17 ? 'test' : 'train') }),
    /'split': row 17: expected 'train', 'tune' or 'certify', got "?'?test/,
  ],
  ['tune: a split that never trains', () => but({ split: () => 'certify' }), /'split': no row is 'train'/],
  ['tune: a split that chooses on nothing', () => but({ split: () => 'train' }), /'split': no row is 'tune'/],
  [
    'tune: a split that answers with indices',
    () => but({ split: [0, 1, 2] }),
    /'split': expected an object, \{ certify, folds \}, got an array of 3/,
  ],
  [
    'tune: rows for the certificate as an array',
    () => but({ certify: mails }),
    /'certify': expected an object, \{ rows, labels, repeats \}, got an array of 60/,
  ],
  [
    'tune: rows for the certificate that are none',
    () => but({ certify: { rows: [] } }),
    /'certify\.rows': expected at least one row/,
  ],
  [
    'tune: groups by a field’s name',
    () => but({ groups: 'sender' }),
    /'groups': expected a function, got "sender"/,
  ],
  [
    'tune: groups that are objects',
    () =>
      but({
        bound: { loss: 'disagreement', epsilon: 0.05 },
        groups: (mail: Mail) => ({ sender: mail.sender }),
      }),
    /groups: row 0 has the key an object with sender; expected a string or a number/,
    DataError,
  ],
  [
    'tune: a decision by a number',
    () => but({ decision: 0.5 }),
    /'decision': expected an object, \{ threshold, costs \}, got 0\.5/,
  ],
  [
    'tune: a threshold as a percentage',
    () => but({ decision: { threshold: 70 } }),
    /'decision\.threshold'.*got 70; did you mean 0\.7\?/,
  ],
  [
    'tune: costs of three classes for two',
    () =>
      but({
        decision: {
          costs: [
            [0, 1, 1],
            [1, 0, 1],
            [1, 1, 0],
          ],
        },
      }),
    /'decision\.costs': expected 2 rows of 2 numbers/,
  ],
  [
    'tune: a profile that is a promise',
    () => but({ profile: Promise.resolve(profile) }),
    /'profile'.*promise: await it first/,
  ],
  [
    'tune: a profile without models',
    () => but({ profile: { ...profile, models: {} } }),
    /'profile': has no cost of logistic-regression models/,
  ],
  [
    'tune: an objective that there isn’t',
    () => but({ objective: 'latncy' }),
    /'objective'.*'latency'.*did you mean 'latency'\?/,
  ],
  [
    'tune: the rows to tune on, to certify by',
    () => but({ certify: { rows: mails, labels } }),
    /60 of 60 rows.*of certify\.rows equal rows to tune on/,
    UsedRows,
  ],
  [
    'tune: monotone for no feature',
    () => but({ full: gradientBoosting({ monotone: { sizze: 1 } }) }),
    /'monotone\.sizze': no feature is named 'sizze'.* there are size, subject, sender; did you mean 'size'\?/,
  ],
  [
    'tune: prices compared, and nothing has one',
    () => but({ objective: 'price' }),
    /'objective': 'price' compares plans by the money.*nothing .*has a price.*\{ price: 0\.01 \}/,
  ],
  [
    'tune: prices compared, and the features have none',
    () => but({ objective: 'price', profile: undefined }),
    /'objective': 'price' .*nothing of the features and the full model has a price/,
  ],
  [
    'tune: less money than will be asked for',
    () => but({ features: paid, profile: undefined, maxPrice: 0.001 }),
    /0\.001/,
    PriceLimitError,
  ],
  [
    'tune: a limit to money where nothing costs any',
    () => but({ maxPrice: 1 }),
    /'maxPrice': limits nothing: no feature has a price/,
  ],
  [
    'tune: a limit to money in words',
    () => but({ features: paid, profile: undefined, maxPrice: '5 euros' }),
    /'maxPrice': expected an amount of money, 0 or more, got "5 euros"/,
  ],
  [
    'tune: a budget in words',
    () => but({ budget: '5 minutes' }),
    /'budget'.*\{ fits \} or \{ seconds \}, got "5 minutes"/,
  ],
  ['tune: a seed that is none', () => but({ seed: null }), /'seed': expected a number or a string, got null/],
  [
    'tune: onProgress of a stream',
    () => but({ onProgress: process.stderr }),
    /'onProgress': expected a function/,
  ],
  [
    'tune: a timeout in seconds, as text',
    () => but({ featureTimeoutMs: '30s' }),
    /'featureTimeoutMs': expected a whole number.*got "30s"/,
  ],

  [
    'profile: no labels',
    () => js(profiled, { features, rows: mails }),
    /'labels': expected an array, got undefined/,
  ],
  [
    'profile: too few rows',
    () => js(profiled, { features, rows: mails.slice(0, 3), labels: labels.slice(0, 3) }),
    /rows: 3; expected at least 8/,
    DataError,
  ],
  [
    'profile: a bound',
    () => js(profiled, { features, rows: mails, labels, bound: { epsilon: 0.1 } }),
    /'bound': unknown; known are/,
  ],
  [
    'profile: one learner that isn’t called',
    () => js(profiled, { features, rows: mails, labels, full: logisticRegression }),
    /'full'.*got a function; call it/,
  ],
]);

// The fixture is right: only what is changed is wrong.
define({ size: dense(1, (rows: readonly Mail[]) => Float32Array.from(rows, ({ size }) => size)) });
