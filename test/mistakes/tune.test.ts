import {
  DataError,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  OptionError,
  PriceLimitError,
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
  [
    'tune: nothing',
    () => js(tune),
    OptionError,
    /'features': expected what define\(\) returns, got undefined/,
  ],
  ['tune: the features alone', () => js(tune, features), OptionError, /'names': unknown/],
  [
    'tune: features as a plain object',
    () => but({ features: { size: features.get('size') } }),
    OptionError,
    /'features'.*an object with size; wrap them: define\(\{ … \}\)/,
  ],
  [
    'tune: one feature',
    () => but({ features: features.get('size') }),
    OptionError,
    /'features'.*expected what define\(\) returns.*wrap them/,
  ],
  [
    'tune: no rows',
    () => without('rows'),
    OptionError,
    /'rows': expected an array of rows, or a function that reads them, got undefined/,
  ],
  [
    'tune: rows that are a promise',
    () => but({ rows: Promise.resolve(mails) }),
    OptionError,
    /'rows': expected an array of rows, or a function that reads them, got a promise: await it first/,
  ],
  [
    'tune: rows that are an iterator',
    () => but({ rows: mails.values() }),
    OptionError,
    /'rows': expected an array/,
  ],
  [
    'tune: rows by column',
    () => but({ rows: { size: [1, 2], subject: ['a', 'b'] } }),
    OptionError,
    /'rows': expected an array of rows, or a function that reads them, got an object with size, subject/,
  ],
  ['tune: an empty table', () => but({ rows: [], labels: [] }), DataError, /rows: there are none/],
  [
    'tune: one row',
    () => but({ rows: mails.slice(0, 1), labels: ['good'] }),
    DataError,
    /at least two classes/,
  ],
  [
    'tune: no labels',
    () => without('labels'),
    OptionError,
    /'labels': missing; a learner as full model is trained on them/,
  ],
  [
    'tune: labels that are a promise',
    () => but({ labels: Promise.resolve(labels) }),
    OptionError,
    /'labels': expected an array, got a promise/,
  ],
  [
    'tune: one label for all',
    () => but({ labels: 'spam' }),
    OptionError,
    /'labels': expected an array, got "spam"/,
  ],
  ['tune: too many labels', () => but({ labels: [...labels, 'spam'] }), DataError, /labels: 61 for 60 rows/],
  [
    'tune: a class of one row',
    () => but({ labels: labels.map((label, i) => (i === 33 ? 'phishing' : label)) }),
    DataError,
    /labels: class "phishing" has [01] rows? to fit and choose a plan on.*expected at least 2/,
  ],
  [
    'tune: numbers as 600 classes',
    () => {
      const many = Array.from({ length: 1_200 }, (_, i) => mails[i % mails.length]);
      return but({ rows: many, labels: many.map((_, i) => i % 600) });
    },
    DataError,
    /labels: 600 different numbers in 1200 rows \(0, 1, 2 and 597 more\) would be as many classes.*ridgeRegression\(\)/,
  ],
  [
    'tune: a label is missing',
    () => but({ labels: labels.map((label, i) => (i === 33 ? undefined : label)) }),
    DataError,
    /labels: row 33 is undefined.*leave such rows out/,
  ],
  [
    'tune: a label of null',
    () => but({ labels: labels.map((label, i) => (i === 0 ? null : label)) }),
    DataError,
    /labels: row 0 is null.*leave such rows out/,
  ],
  [
    'tune: labels that are infinite',
    () => but({ labels: labels.map((label) => (label === 'good' ? 1 : Number.POSITIVE_INFINITY)) }),
    DataError,
    /labels: row \d+ is Infinity; expected a string, finite number or boolean: String\(label\)/,
  ],
  [
    'tune: a trained model with a label that is infinite',
    () => but({ full: { ...model, labels: [1, Number.POSITIVE_INFINITY] } }),
    OptionError,
    /'full': has a label Infinity; expected strings, finite numbers or booleans/,
  ],
  [
    'tune: labels of bigint',
    () => but({ labels: labels.map((label) => BigInt(label === 'spam')) }),
    DataError,
    /labels: row 0 is 0n; expected a string, finite number or boolean: String\(label\)/,
  ],
  [
    'tune: labels of dates',
    () => but({ labels: labels.map((_, i) => new Date(i)) }),
    DataError,
    /labels: row 0 is a Date, 1970.*date\.toISOString\(\)/,
  ],
  [
    'tune: labels in arrays',
    () => but({ labels: labels.map((label) => [label]) }),
    DataError,
    /labels: row 0 is an array of 1.*label\[0\]/,
  ],
  [
    'tune: labels in objects',
    () => but({ labels: labels.map((label) => ({ label })) }),
    DataError,
    /labels: row 0 is an object with label/,
  ],
  [
    'tune: NaN as a label',
    () => but({ labels: labels.map((_, i) => (i === 5 ? Number.NaN : 1)) }),
    DataError,
    /labels: row 5 is NaN/,
  ],
  [
    'tune: one class',
    () => but({ labels: labels.map(() => 'spam') }),
    DataError,
    /labels: every row is "spam"; expected at least two classes/,
  ],
  [
    'regression: labels of text',
    () => regression({ labels: mails.map(({ size }) => `${size}`) }),
    DataError,
    /labels: row 0 is "0"; regression expects a finite number: Number\(label\)/,
  ],
  [
    'regression: labels of bigint',
    () => regression({ labels: mails.map(({ size }) => BigInt(size)) }),
    DataError,
    /labels: row 0 is 0n.*Number\(label\)/,
  ],
  [
    'regression: labels of dates',
    () => regression({ labels: mails.map(({ size }) => new Date(size)) }),
    DataError,
    /labels: row 0 is a Date.*date\.getTime\(\)/,
  ],
  [
    'regression: an infinite label',
    () => regression({ labels: mails.map(({ size }) => 1 / size) }),
    DataError,
    /labels: row 0 is Infinity; regression expects a finite number/,
  ],
  [
    'regression: a loss of classes',
    () => regression({ bound: { loss: 'accuracy', epsilon: 0.05 } }),
    OptionError,
    /bound\.loss.*absoluteError/,
  ],
  [
    'regression: no loss',
    () => regression({ bound: { epsilon: 0.05 } }),
    OptionError,
    /'bound\.loss': missing; for regression pass absoluteError\(scale\)/,
  ],
  [
    'regression: a decision',
    () => regression({ decision: { threshold: 0.5 } }),
    OptionError,
    /'decision': is for classes/,
  ],
  [
    'regression: a learner of classes for the stages',
    () => regression({ approximate: logisticRegression() }),
    OptionError,
    /'approximate': logistic-regression gives classes, and the full model gives numbers/,
  ],

  [
    'tune: no full model',
    () => without('full'),
    OptionError,
    /'full': expected a learner or a trained model, got undefined/,
  ],
  [
    'tune: a learner that isn’t called',
    () => but({ full: logisticRegression }),
    OptionError,
    /'full': expected a learner or a trained model, got a function; call it: logisticRegression\(\)/,
  ],
  ['tune: a full model by name', () => but({ full: 'logistic' }), OptionError, /'full'.*got "logistic"/],
  [
    'tune: a model that only predicts',
    () => but({ full: { predict: () => 1 } }),
    OptionError,
    /'full': expected a learner with fit\(\), or a trained model with score\(\)/,
  ],
  [
    'tune: a trained model without labels',
    () => but({ full: { ...model, labels: undefined } }),
    OptionError,
    /'full'.*labels or task/,
  ],
  [
    'tune: a trained model of more classes than labels',
    () => but({ full: { ...model, classes: 3 } }),
    OptionError,
    /'full': has 2 labels and 3 classes/,
  ],
  [
    'tune: a trained model of other labels',
    () => but({ full: { ...model, labels: ['no', 'yes'] } }),
    DataError,
    /labels: row 0 is "good"; the full model knows "no", "yes"/,
  ],
  [
    'tune: a trained model that reads what isn’t there',
    () => but({ full: { ...model, reads: ['subjects'] } }),
    OptionError,
    /'full\.reads': no feature is named 'subjects'.*did you mean 'subject'\?/,
  ],
  [
    'tune: a learner for stages that isn’t called',
    () => but({ approximate: gradientBoosting }),
    OptionError,
    /'approximate': expected a learner.*got a function; call it/,
  ],
  [
    'tune: no learner for stages',
    () => but({ approximate: [] }),
    OptionError,
    /'approximate': expected at least one learner/,
  ],
  [
    'tune: two learners of one name',
    () => but({ approximate: [logisticRegression(), logisticRegression({ l2: 2 })] }),
    OptionError,
    /'approximate': two learners are named 'logistic-regression'/,
  ],
  [
    'logisticRegression: scikit-learn’s C',
    () => js(logisticRegression, { C: 1 }),
    OptionError,
    /'C'.*l2, maxIterations or tolerance|'C'.*l2/,
  ],
  [
    'logisticRegression: no penalty',
    () => js(logisticRegression, { l2: 0 }),
    OptionError,
    /'l2'.*above 0, got 0/,
  ],
  ['ridgeRegression: a slip', () => js(ridgeRegression, { L2: 1 }), OptionError, /'L2'.*did you mean 'l2'\?/],
  [
    'gradientBoosting: LightGBM’s name of an option',
    () => js(gradientBoosting, { max_depth: 3 }),
    OptionError,
    /'max_depth': unknown.*did you mean 'maxDepth'\?/,
  ],
  [
    'gradientBoosting: a step of text',
    () => js(gradientBoosting, { learningRate: '0.1' }),
    OptionError,
    /'learningRate'.*got "0\.1"/,
  ],
  [
    'gradientBoosting: a step above 1',
    () => js(gradientBoosting, { learningRate: 10 }),
    OptionError,
    /'learningRate'.*at most 1, got 10/,
  ],
  [
    'gradientBoosting: rounds of a fraction',
    () => js(gradientBoosting, { rounds: 1.5 }),
    OptionError,
    /'rounds'.*whole number/,
  ],
  [
    'gradientBoosting: monotone by a word',
    () => js(gradientBoosting, { monotone: { size: 'up' } }),
    OptionError,
    /'monotone\.size': expected 1, -1 or 0.*got "up"/,
  ],
  [
    'gradientBoosting: a loss that there isn’t',
    () => js(gradientBoosting, { loss: 'logloss' }),
    OptionError,
    /'loss': expected 'auto', 'logistic'.*got "logloss"/,
  ],
  [
    'randomForest: scikit-learn’s name of an option',
    () => js(randomForest, { n_estimators: 10 }),
    OptionError,
    /'n_estimators': unknown; known are/,
  ],

  [
    'tune: an option of another name',
    () => but({ validation: 0.2 }),
    OptionError,
    /'validation': unknown; known are features, rows/,
  ],
  [
    'tune: a slip in an option',
    () => but({ lables: labels }),
    OptionError,
    /'lables': unknown.*did you mean 'labels'\?/,
  ],
  [
    'tune: a controller for a signal',
    () => but({ signal: new AbortController() }),
    OptionError,
    /'signal': expected an AbortSignal, got its controller; give controller\.signal/,
  ],
  [
    'tune: an empty object for a signal',
    () => but({ signal: {} }),
    OptionError,
    /'signal': expected an AbortSignal.*got an object with no keys/,
  ],
  [
    'tune: a share for the certificate as a percentage',
    () => but({ split: { certify: 40 } }),
    OptionError,
    /'split\.certify'.*got 40; did you mean 0\.4\?/,
  ],
  [
    'tune: a number for the split',
    () => but({ split: 0.4 }),
    OptionError,
    /'split': expected an object, \{ certify, folds \}, got 0\.4/,
  ],
  [
    'tune: scikit-learn’s split',
    () => but({ split: { test_size: 0.2 } }),
    OptionError,
    /'split\.test_size': unknown; known are certify, folds/,
  ],
  ['tune: one fold', () => but({ split: { folds: 1 } }), OptionError, /'split\.folds'.*at least 2, got 1/],
  [
    'tune: a part that there isn’t',
    () => but({ split: () => 'test' }),
    OptionError,
    /'split': row 0: expected 'train', 'tune' or 'certify', got "?'?test/,
  ],
  [
    'tune: a split that never trains',
    () => but({ split: () => 'certify' }),
    OptionError,
    /'split': no row is 'train'/,
  ],
  [
    'tune: a split that chooses on nothing',
    () => but({ split: () => 'train' }),
    OptionError,
    /'split': no row is 'tune'/,
  ],
  [
    'tune: a split that answers with indices',
    () => but({ split: [0, 1, 2] }),
    OptionError,
    /'split': expected an object, \{ certify, folds \}, got an array of 3/,
  ],
  [
    'tune: rows for the certificate as an array',
    () => but({ certify: mails }),
    OptionError,
    /'certify': expected an object, \{ rows, labels, repeats \}, got an array of 60/,
  ],
  [
    'tune: rows for the certificate that are none',
    () => but({ certify: { rows: [] } }),
    OptionError,
    /'certify\.rows': expected at least one row/,
  ],
  [
    'tune: groups by a field’s name',
    () => but({ groups: 'sender' }),
    OptionError,
    /'groups': expected a function, got "sender"/,
  ],
  [
    'tune: groups that are objects',
    () =>
      but({
        bound: { loss: 'disagreement', epsilon: 0.05 },
        groups: (mail: Mail) => ({ sender: mail.sender }),
      }),
    DataError,
    /groups: row 0 has the key an object with sender; expected a string or a number/,
  ],
  [
    'tune: a decision by a number',
    () => but({ decision: 0.5 }),
    OptionError,
    /'decision': expected an object, \{ threshold, costs \}, got 0\.5/,
  ],
  [
    'tune: a threshold as a percentage',
    () => but({ decision: { threshold: 70 } }),
    OptionError,
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
    OptionError,
    /'decision\.costs': expected 2 rows of 2 numbers/,
  ],
  [
    'tune: a profile that is a promise',
    () => but({ profile: Promise.resolve(profile) }),
    OptionError,
    /'profile'.*promise: await it first/,
  ],
  [
    'tune: a profile without models',
    () => but({ profile: { ...profile, models: {} } }),
    OptionError,
    /'profile': has no cost of logistic-regression models/,
  ],
  [
    'tune: an objective that there isn’t',
    () => but({ objective: 'latncy' }),
    OptionError,
    /'objective'.*'latency'.*did you mean 'latency'\?/,
  ],
  [
    'tune: the rows to tune on, to certify by',
    () => but({ certify: { rows: mails, labels } }),
    UsedRows,
    /60 of 60 rows.*of certify\.rows equal rows to tune on/,
  ],
  [
    'tune: monotone for no feature',
    () => but({ full: gradientBoosting({ monotone: { sizze: 1 } }) }),
    OptionError,
    /'monotone\.sizze': no feature is named 'sizze'.* there are size, subject, sender; did you mean 'size'\?/,
  ],
  [
    'tune: prices compared, and nothing has one',
    () => but({ objective: 'price' }),
    OptionError,
    /'objective': 'price' compares plans by the money.*nothing .*has a price.*\{ price: 0\.01 \}/,
  ],
  [
    'tune: prices compared, and the features have none',
    () => but({ objective: 'price', profile: undefined }),
    OptionError,
    /'objective': 'price' .*nothing of the features and the full model has a price/,
  ],
  [
    'tune: less money than will be asked for',
    () => but({ features: paid, profile: undefined, maxPrice: 0.001 }),
    PriceLimitError,
    /0\.001/,
  ],
  [
    'tune: a limit to money where nothing costs any',
    () => but({ maxPrice: 1 }),
    OptionError,
    /'maxPrice': limits nothing: no feature has a price/,
  ],
  [
    'tune: a limit to money in words',
    () => but({ features: paid, profile: undefined, maxPrice: '5 euros' }),
    OptionError,
    /'maxPrice': expected an amount of money, 0 or more, got "5 euros"/,
  ],
  [
    'tune: a budget in words',
    () => but({ budget: '5 minutes' }),
    OptionError,
    /'budget'.*\{ fits \} or \{ seconds \}, got "5 minutes"/,
  ],
  [
    'tune: a seed that is none',
    () => but({ seed: null }),
    OptionError,
    /'seed': expected a number or a string, got null/,
  ],
  [
    'tune: onProgress of a stream',
    () => but({ onProgress: process.stderr }),
    OptionError,
    /'onProgress': expected a function/,
  ],
  [
    'tune: a timeout in seconds, as text',
    () => but({ featureTimeoutMs: '30s' }),
    OptionError,
    /'featureTimeoutMs': expected a whole number.*got "30s"/,
  ],

  [
    'profile: no labels',
    () => js(profiled, { features, rows: mails }),
    OptionError,
    /'labels': expected an array, got undefined/,
  ],
  [
    'profile: too few rows',
    () => js(profiled, { features, rows: mails.slice(0, 3), labels: labels.slice(0, 3) }),
    DataError,
    /rows: 3; expected at least 8/,
  ],
  [
    'profile: a bound',
    () => js(profiled, { features, rows: mails, labels, bound: { epsilon: 0.1 } }),
    OptionError,
    /'bound': unknown; known are/,
  ],
  [
    'profile: one learner that isn’t called',
    () => js(profiled, { features, rows: mails, labels, full: logisticRegression }),
    OptionError,
    /'full'.*got a function; call it/,
  ],
]);

// The fixture is right: only what is changed is wrong.
define({ size: dense(1, (rows: readonly Mail[]) => Float32Array.from(rows, ({ size }) => size)) });
