import {
  DataError,
  define,
  dense,
  type Feature,
  FeatureError,
  gradientBoosting,
  lookup,
  oneHot,
  randomForest,
  tfidf,
  transform,
  tune,
  UnstableFeature,
} from '../../index.js';
import { labels, type Mail, mails, profile, right } from './mails.js';
import { js, refused } from './mistake.js';

/** What goes wrong when features meet rows: the error names the feature, and the row by its position among those given. */

/** `tune` with one feature beside a good one. */
const withFeature = (feature: unknown, rows: readonly unknown[] = mails, more: object = {}) =>
  js(tune, {
    ...right,
    rows,
    profile: undefined,
    // All rows are for development: those of the certificate are never looked at where they are too few.
    split: (_: unknown, i: number) => (i % 3 === 0 ? 'tune' : 'train'),
    features: js(define, { own: feature }),
    ...more,
  });
/** The mails, of which some lack something. */
const but = (change: object, from: number, to = from) =>
  mails.map((mail, i) => (i >= from && i <= to ? { ...mail, ...change } : mail));
const numbers = (of: (mail: Mail) => number) => (rows: readonly Mail[]) => Float32Array.from(rows, of);
/** A feature of one's own, whose numbers nothing has checked. */
const own = (of: (mail: Mail) => number): Feature<Mail> => {
  const fitted = {
    columns: 1,
    compute: (view: { rows(): readonly Mail[]; length: number }) => ({
      kind: 'dense' as const,
      rows: view.length,
      columns: 1,
      values: Float32Array.from(view.rows(), of),
    }),
    state: { json: null, tensors: {} },
  };
  return { kind: 'own', reads: [], fit: () => fitted, load: () => fitted };
};
const text = (mail: Mail) => mail.subject;

refused([
  [
    'tfidf: rows 17 to 39 have no text',
    () => withFeature(tfidf(text), but({ subject: undefined }, 17, 39)),
    /^feature 'own', row (1[7-9]|2\d|3\d): expected a text, got undefined: where text is missing, give ''/,
    FeatureError,
  ],
  [
    'tfidf: one row has no text',
    () => withFeature(tfidf(text), but({ subject: null }, 41)),
    /^feature 'own', row 41: expected a text, got null/,
    FeatureError,
  ],
  [
    'tfidf: a number as text',
    () => withFeature(tfidf((mail: Mail) => js(() => mail.size) as string)),
    /^feature 'own', row \d+: expected a text, got \d+$/,
    FeatureError,
  ],
  [
    'tfidf: an accessor that answers with promises',
    () => withFeature(js(tfidf, async (mail: Mail) => mail.subject)),
    /^feature 'own', row \d+: expected a text, got a promise: await it first/,
    FeatureError,
  ],
  [
    'tfidf: a field of a field that one row lacks',
    () =>
      withFeature(
        js(tfidf, (mail: { subject: string }) => mail.subject.trim()),
        but({ subject: undefined }, 23),
      ),
    /^feature 'own', row 23: failed: Cannot read properties of undefined/,
    FeatureError,
  ],
  [
    'tfidf: a transform that fails for one row',
    () => withFeature(tfidf(transform((mail: Mail) => mail.subject.trim())), but({ subject: undefined }, 23)),
    /^feature 'own', row 23: failed: Cannot read/,
    FeatureError,
  ],
  [
    'tfidf: a row that isn’t there',
    () =>
      withFeature(
        tfidf(text),
        mails.map((mail, i) => (i === 30 ? undefined : mail)),
      ),
    /^feature 'own', row 30: failed/,
    FeatureError,
  ],
  [
    'oneHot: a category is missing',
    () =>
      withFeature(
        oneHot((mail: Mail) => mail.sender),
        but({ sender: undefined }, 9),
      ),
    /^feature 'own', row 9: expected a string, a finite number or a boolean, got undefined/,
    FeatureError,
  ],
  [
    'oneHot: NaN as a category',
    () =>
      withFeature(
        oneHot((mail: Mail) => mail.size),
        but({ size: Number.NaN }, 9),
      ),
    /^feature 'own', row 9: .*got NaN/,
    FeatureError,
  ],
  [
    'oneHot: an object as a category',
    () => withFeature(js(oneHot, (mail: Mail) => ({ name: mail.sender }))),
    /^feature 'own', row \d+: .*got an object with name/,
    FeatureError,
  ],
  [
    'oneHot: a Date as a category',
    () => withFeature(js(oneHot, () => new Date(0))),
    /^feature 'own', row \d+: .*got a Date, 1970-01-01/,
    FeatureError,
  ],

  [
    'dense: a function of one row that returns a number',
    () => withFeature(js(dense, 1, (mail: Mail) => mail.size)),
    /^feature 'own': expected a Float32Array, got undefined/,
    FeatureError,
  ],
  [
    'dense: a length, of the batch instead of a row’s text',
    () => withFeature(js(dense, 1, (mail: { length: number }) => mail.length)),
    /^feature 'own': expected a Float32Array, got \d+; the function gets an array of rows.*perRow\(f\)/,
    FeatureError,
  ],
  [
    'dense: a function of one row that fails on a batch',
    () => withFeature(js(dense, 1, (mail: Mail) => Float32Array.of(mail.subject.length))),
    /^feature 'own': failed: Cannot read properties of undefined.*the function was given an array of \d+ rows?/,
    FeatureError,
  ],
  [
    'dense: a promise that fails on a batch',
    () => withFeature(js(dense, 1, async (mail: Mail) => Float32Array.of(mail.subject.length))),
    /^feature 'own': failed: .*given an array of \d+ rows?/,
    FeatureError,
  ],
  [
    'dense: the numbers of one row',
    () => withFeature(js(dense, 2, () => Float32Array.of(1, 2))),
    /^feature 'own': expected \d+ rows x 2 columns = \d+ numbers, got 2, as if for one row/,
    FeatureError,
  ],
  [
    'dense: plain numbers',
    () => withFeature(js(dense, 1, (rows: readonly Mail[]) => rows.map(({ size }) => size))),
    /^feature 'own': expected a Float32Array, got an array of \d+; make it one: Float32Array\.from\(values\)/,
    FeatureError,
  ],
  [
    'dense: an array a row',
    () => withFeature(js(dense, 2, (rows: readonly Mail[]) => rows.map(({ size }) => [size, 1]))),
    /^feature 'own': expected a Float32Array, got an array of \d+; make it one flat array.*values\.flat\(\)/,
    FeatureError,
  ],
  [
    'dense: double precision',
    () => withFeature(js(dense, 1, (rows: readonly Mail[]) => Float64Array.from(rows, ({ size }) => size))),
    /^feature 'own': expected a Float32Array, got a Float64Array of \d+;/,
    FeatureError,
  ],
  [
    'dense: no return',
    () => withFeature(js(dense, 1, () => {})),
    /^feature 'own': expected a Float32Array, got undefined; does the function return/,
    FeatureError,
  ],
  [
    'dense: more columns than it said',
    () =>
      withFeature(
        dense(1, (rows: readonly Mail[]) => Float32Array.from(rows.flatMap(({ size }) => [size, 1]))),
      ),
    /^feature 'own': expected (\d+) rows x 1 columns = \1 numbers, got \d+/,
    FeatureError,
  ],
  [
    'dense: fewer rows than it was given',
    () =>
      withFeature(dense(1, (rows: readonly Mail[]) => Float32Array.from(rows.slice(1), ({ size }) => size))),
    /^feature 'own': expected (\d+) rows x 1 columns = \1 numbers, got \d+/,
    FeatureError,
  ],
  [
    'dense: a field of one row, of the batch',
    () => withFeature(js(dense, 1, (mail: Mail) => Float32Array.of(mail.size))),
    /^feature 'own', row \d+: column 0 is NaN; expected a finite number.* If it was meant for one row: the function gets an array of rows/,
    FeatureError,
  ],
  [
    'dense: missing values that nobody declared',
    () =>
      withFeature(
        dense(
          1,
          numbers(({ size }) => (size > 50 ? Number.NaN : size)),
        ),
      ),
    /^feature 'own', row \d+: column 0 is NaN; expected a finite number\. For a missing value .*missing: true.*missing: 'indicator'/,
    FeatureError,
  ],
  [
    'dense: missing values, and a learner that can’t take them',
    () =>
      withFeature(
        dense(
          1,
          numbers(({ size }) => (size > 50 ? Number.NaN : size)),
          { missing: true },
        ),
      ),
    /^option 'full': logistic.* can't take missing values, and feature 'own' has them.*gradientBoosting\(\).*missing: 'indicator'/,
  ],
  [
    'dense: a number that one row lacks',
    () =>
      withFeature(
        dense(
          1,
          numbers(({ size }) => size),
        ),
        but({ size: undefined }, 44),
      ),
    /^feature 'own', row 44: column 0 is NaN; expected a finite number/,
    FeatureError,
  ],
  [
    'dense: a division by nothing',
    () =>
      withFeature(
        dense(
          1,
          numbers(({ size }) => (size === 37 ? 1 / 0 : size)),
        ),
      ),
    /^feature 'own', row \d+: column 0 is Infinity/,
    FeatureError,
  ],
  [
    'dense: text that is no number',
    () =>
      withFeature(
        dense(
          1,
          numbers(({ sender }) => Number(sender)),
        ),
      ),
    /^feature 'own', row \d+: column 0 is NaN/,
    FeatureError,
  ],
  [
    'dense: an answer that depends on the batch',
    () =>
      withFeature(
        dense(1, (rows: readonly Mail[]) => Float32Array.from(rows, ({ size }) => size - rows.length)),
      ),
    /'own', row \d+/,
    UnstableFeature,
  ],
  [
    'dense: one array for all batches',
    () => {
      const room = new Float32Array(60);
      return withFeature(
        dense(1, (rows: readonly Mail[]) => {
          rows.forEach(({ size }, i) => {
            room[i] = size;
          });
          return room.subarray(0, rows.length);
        }),
      );
    },
    /'own', row \d+: (its array was overwritten|.* memory that is written to by other calls)/,
    UnstableFeature,
  ],
  [
    'dense: random numbers',
    () => {
      let seed = 1;
      return withFeature(
        dense(
          1,
          numbers(() => {
            seed = (seed * 16807) % 2147483647;
            return seed / 2147483647;
          }),
        ),
      );
    },
    /'own', row \d+/,
    UnstableFeature,
  ],
  [
    'a service that says no',
    () => withFeature(dense(1, () => Promise.reject(new Error('429 Too Many Requests')))),
    /^feature 'own': failed: 429 Too Many Requests/,
    FeatureError,
  ],
  [
    'a feature of one’s own with NaN, and a linear model',
    () =>
      withFeature(
        own(({ size }) => size),
        but({ size: Number.NaN }, 19),
      ),
    /^feature 'own', row 19: a value is NaN or infinite/,
    FeatureError,
  ],
  [
    'a feature of one’s own with NaN, and a random forest',
    () =>
      withFeature(
        own(({ size }) => size),
        but({ size: Number.NaN }, 19),
        { full: randomForest() },
      ),
    /^feature 'own', row 19: column 0 is NaN; random forests expect finite numbers/,
    FeatureError,
  ],
  [
    'categories that are no whole numbers',
    () =>
      withFeature(
        dense(
          1,
          numbers(({ size }) => size / 2),
        ),
        mails,
        {
          full: gradientBoosting({ categorical: { own: true }, minRows: 2 }),
        },
      ),
    /^feature 'own': column 0: \d+\.5 is no category, expected whole numbers from 0/,
    FeatureError,
  ],
  [
    'lookup: keys that are objects',
    () =>
      withFeature(
        js(lookup, { key: ({ sender }: Mail) => ({ sender }), fetch: async () => new Map(), width: 1 }),
      ),
    /^feature 'own', row \d+: source .*can't look up an object with sender/,
    FeatureError,
  ],
  [
    'lookup: values of another width',
    () =>
      withFeature(
        js(lookup, {
          key: ({ sender }: Mail) => sender,
          fetch: async (keys: readonly string[]) => new Map(keys.map((key) => [key, [1, 2]])),
          width: 1,
        }),
      ),
    /^feature 'own', row \d+: source .*gave 2 numbers for a key; expected 1/,
    FeatureError,
  ],
  [
    'lookup: fewer values than keys',
    () =>
      withFeature(
        js(lookup, { key: ({ sender }: Mail) => sender, fetch: async () => [[1]], width: 1, retries: 0 }),
      ),
    /'own'.*source.*1.*3/,
    FeatureError,
  ],
  [
    'a profile of other features',
    () => js(tune, { ...right, features: define({ other: tfidf(text) }) }),
    /'profile'.*no feature 'other'/,
  ],
  [
    'labels of another number than rows',
    () => js(tune, { ...right, profile, labels: labels.slice(1) }),
    /labels: 59 for 60 rows/,
    DataError,
  ],
]);
