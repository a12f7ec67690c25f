import test from 'ava';
import { classesOf, problemOf } from '../../../cascades/problem/index.js';
import { type AgreementRow, type Answer, agreementWorld } from '../../../datasets/index.js';
import { tfjsLearner } from '../../../entries/full.js';
import {
  DataError,
  define,
  dense,
  FeatureError,
  gradientBoosting,
  logisticRegression,
  ModelError,
  OptionError,
  randomForest,
  ridgeRegression,
  type TuneOptions,
  tune,
} from '../../../index.js';
import {
  profileOf,
  sigmoidLearner,
  worldsFeatures,
  worldsFull,
  worldsProfile,
} from '../../support/agreement.js';

type Options = TuneOptions<AgreementRow, Answer, 'cheap' | 'costly'>;

const world = agreementWorld({ rows: 400, seed: 1 });
const { rows, labels } = world;

const good: Options = {
  features: worldsFeatures,
  rows,
  labels,
  full: worldsFull,
  approximate: sigmoidLearner,
  profile: worldsProfile,
  bound: { epsilon: 0.05 },
};

/** Builds nothing: it is refused before. */
const unbuilt = (): never => {
  throw new Error('built');
};

const withGaps = define({
  cheap: worldsFeatures.get('cheap'),
  costly: dense(1, (all: readonly AgreementRow[]) => Float32Array.from(all, (row) => row.costly), {
    missing: true,
  }),
});

/** Rows two by two. */
const groupOf = (row: AgreementRow) => rows.indexOf(row) >> 1;

/** One that the seed draws for the certificate. */
const KEPT = (await problemOf({ ...good, full: worldsFull })).split.certify[0];

/** Programs in JavaScript pass what no compiler has seen. */
function tuneWith(bad: Readonly<Record<string, unknown>>) {
  return tune({ ...good, ...bad } as Options);
}

test('the options that the others are made from are good', async (t) => {
  await t.notThrowsAsync(tune(good));
});

const refused: readonly (readonly [
  what: string,
  bad: Record<string, unknown>,
  option: string,
  message: RegExp,
])[] = [
  ['a full model that reads nothing', { full: { ...worldsFull, reads: [] } }, 'full.reads', /empty/],
  [
    'a learner that can’t fit',
    { approximate: { name: 'x', work: () => 1 } },
    'approximate',
    /name, work\(\) and fit\(\)/,
  ],
  ['a delta of 1', { bound: { epsilon: 0.1, delta: 1 } }, 'bound.delta', /got 1; did you mean 0\.01\?$/],
  ['certify without rows', { certify: {} }, 'certify.rows', /expected an array of rows, .*got undefined/],
  ['certify with something else', { certify: { rows, seed: 1 } }, 'certify.seed', /unknown/],
  [
    'certify without the labels of its loss',
    { bound: { epsilon: 0.1, loss: 'harm' }, certify: { rows } },
    'certify.labels',
    /'harm' needs them/,
  ],
  ['a certify share of 1', { split: { certify: 1 } }, 'split.certify', /got 1; did you mean 0\.01\?$/],
  ['half a fold', { split: { folds: 2.5 } }, 'split.folds', /whole number/],
  [
    'certify parts beside separate rows',
    { certify: { rows, labels }, split: () => 'certify' },
    'split',
    /row 0: expected 'train', 'tune', got 'certify'/,
  ],
  [
    'a split that tears a group',
    { groups: () => 'one', split: (_: unknown, row: number) => (row === 9 ? 'tune' : 'train') },
    'split',
    /row 9 is 'tune', but others of its group are 'train'/,
  ],
  ['a budget of 0', { budget: 0 }, 'budget', /positive number of multiplications, .*got 0/],
  ['a budget of no seconds', { budget: { seconds: 0 } }, 'budget.seconds', /positive number, got 0/],
  ['a budget of half a fit', { budget: { fits: 0.5 } }, 'budget.fits', /too small for one fit/],
  ['two budgets', { budget: { fits: 2, seconds: 2 } }, 'budget', /either \{ fits \} or \{ seconds \}/],
  ['a budget in hours', { budget: { hours: 1 } }, 'budget.hours', /unknown/],
  ['an unknown effort', { effort: 'high' }, 'effort', /'quick', 'default', 'thorough'/],
  ['a budget of NaN', { budget: Number.NaN }, 'budget', /got NaN/],
  ['a price of NaN at most', { maxPrice: Number.NaN }, 'maxPrice', /got NaN/],
  ['a seed of NaN', { seed: Number.NaN }, 'seed', /number or a string, got NaN/],
  [
    'a decision of something else',
    { decision: { cost: 1 } },
    'decision.cost',
    /unknown; known are threshold, costs/,
  ],
  ['a threshold of 1', { decision: { threshold: 1 } }, 'decision.threshold', /got 1; did you mean 0\.01\?$/],
  [
    'costs that are NaN',
    {
      decision: {
        costs: [
          [0, 1],
          [Number.NaN, 0],
        ],
      },
    },
    'decision.costs',
    /2 rows of 2 numbers/,
  ],
  [
    'a profile of other features',
    { profile: profileOf({ cheap: 1 }, ['sigmoid']) },
    'profile',
    /no feature 'costly'/,
  ],
  [
    'a profile that was measured before costs had a growth',
    {
      profile: {
        ...worldsProfile,
        features: {
          ...worldsProfile.features,
          costly: {
            ...worldsProfile.features.costly,
            cost: { ...worldsProfile.features.costly.cost, growth: Number.NaN },
          },
        },
      },
    },
    'profile',
    /how the cost of 'costly' grows/,
  ],
  [
    'a profile that lacks the default learner',
    { approximate: undefined },
    'profile',
    /no cost of logistic-regression models/,
  ],
  [
    'a monotone feature that isn’t there',
    { approximate: gradientBoosting({ monotone: { cheap: 1, cheep: -1 } }) },
    'monotone.cheep',
    /no feature is named 'cheep', which gradient-boosting in 'approximate' mentions; there are cheap, costly/,
  ],
  [
    'a categorical feature that isn’t there, of the full model',
    {
      full: gradientBoosting({ categorical: { regoin: true } }),
      approximate: logisticRegression(),
    },
    'categorical.regoin',
    /gradient-boosting in 'full'/,
  ],
  [
    'missing values for a full model that can’t take them',
    { features: withGaps, full: logisticRegression() },
    'full',
    /logistic-regression can't take missing values, and feature 'costly' has them.*gradientBoosting\(\).*'indicator'.*number of your own/,
  ],
  [
    'missing values for a forest',
    { features: withGaps, full: randomForest() },
    'full',
    /random-forest can't take/,
  ],
  [
    'missing values for a network',
    { features: withGaps, full: tfjsLearner(unbuilt, { name: 'net' }) },
    'full',
    /tfjs net can't take/,
  ],
  [
    'missing values for learners of numbers',
    {
      features: withGaps,
      full: ridgeRegression(),
      labels: rows.map(({ costly }) => costly),
      approximate: undefined,
    },
    'full',
    /ridge-regression can't.*gradientBoosting\(\{ loss: 'squared' \}\)/,
  ],
  [
    'missing values for one learner of two',
    { features: withGaps, full: gradientBoosting(), approximate: [gradientBoosting(), sigmoidLearner] },
    'approximate',
    /sigmoid can't take missing values.*declares missing: true/,
  ],
  [
    'an opening that is no share',
    { profile: { ...worldsProfile, opening: 1.5 } },
    'profile',
    /opening of the full model is 1\.5; expected a share/,
  ],
];

for (const [what, bad, option, message] of refused) {
  test(`refused: ${what}`, async (t) => {
    const error = await t.throwsAsync(tuneWith(bad), { instanceOf: OptionError, code: 'OPTION', message });
    t.is(error?.option, option);
    t.true(error?.message.startsWith(`option '${option}': `));
  });
}

const unusable: readonly (readonly [what: string, bad: Record<string, unknown>, message: RegExp])[] = [
  [
    'fewer labels than certification rows',
    { certify: { rows, labels: labels.slice(2) } },
    /certify.labels: 398 for 400/,
  ],
  [
    'a label that is empty text',
    { full: sigmoidLearner, labels: labels.map((label, row) => (row === 8 ? '' : label)) },
    /labels: row 8 is empty text; leave rows without a label out/,
  ],
  [
    'labels of two types that print alike',
    { full: sigmoidLearner, labels: labels.map((_, row) => (row < 5 ? 'no' : row % 2 === 0 ? 1 : '1')) },
    /1 \(a number, row 6\) and "1" \(a string, row 5\) print alike and would be two classes; make them one type/,
  ],
  [
    'a truth value and its text, of which one is for the certificate',
    {
      full: sigmoidLearner,
      labels: labels.map((label) => label === 'yes'),
      certify: { rows, labels: labels.map((label) => (label === 'yes' ? 'true' : false)) },
    },
    /true \(a boolean, row \d+\) and "true" \(a string, row \d+ of certify.labels\)/,
  ],
  [
    'fractions that would be classes',
    { full: sigmoidLearner, labels: rows.map((_, row) => (row % 21) + 0.5) },
    /21 different numbers in 400 rows \(0.5, 1.5, 2.5 and 18 more\)/,
  ],
  [
    'a class of one row',
    {
      full: sigmoidLearner,
      labels: labels.map((label, row) => (row === 17 ? 'rare' : label)),
      certify: { rows: structuredClone(rows), labels, repeats: true },
    },
    /class "rare" has 1 row to fit and choose a plan on; expected at least 2, one to fit on while another judges/,
  ],
  [
    'a class whose rows are kept for the certificate',
    { full: sigmoidLearner, labels: labels.map((label, row) => (row === KEPT ? 'rare' : label)) },
    /class "rare" has 0 rows to fit and choose a plan on \(of 1 in all: the others are for the certificate\)/,
  ],
  [
    'groups of two types that print alike',
    { groups: (row: AgreementRow) => (rows.indexOf(row) === 9 ? '4' : rows.indexOf(row) >> 1) },
    /groups: the keys of rows 8 and 9 print alike, 4 and "4"; make them one type/,
  ],
  [
    'a class of one group',
    {
      full: sigmoidLearner,
      labels: labels.map((label, row) => (row < 2 ? 'rare' : label)),
      certify: { rows: structuredClone(rows), labels, repeats: true },
      groups: groupOf,
    },
    /class "rare" has 1 group to fit/,
  ],
];

for (const [what, bad, message] of unusable) {
  test(`refused: ${what}`, async (t) => {
    await t.throwsAsync(tuneWith(bad), { instanceOf: DataError, code: 'DATA', message });
  });
}

test('a threshold for three classes is refused', async (t) => {
  const { features } = good;
  const three = rows.map((_, row) => 'abc'[row % 3]);
  const error = await t.throwsAsync(
    tune({
      features,
      rows,
      labels: three,
      full: sigmoidLearner,
      bound: { epsilon: 0.1 },
      decision: { threshold: 0.5 },
    }),
    { instanceOf: OptionError, message: /needs two classes, there are 3; use costs/ },
  );
  t.is(error?.option, 'decision.threshold');
});

const compute = (of: (rows: readonly AgreementRow[]) => Float32Array) => {
  const costly = dense(1, (all: readonly AgreementRow[]) => Float32Array.from(all, (row) => row.costly));
  return define({ cheap: dense(1, of), costly });
};

test('a feature that returns other rows or columns is refused, naming it', async (t) => {
  for (const [of, message] of [
    [
      (all: readonly AgreementRow[]) => new Float32Array(all.length - 1),
      /feature 'cheap': expected 240 rows x 1 columns = 240 numbers, got 239/,
    ],
    [(all: readonly AgreementRow[]) => new Float32Array(2 * all.length), /feature 'cheap': .* got 480/],
  ] as const) {
    await t.throwsAsync(tuneWith({ features: compute(of) }), { instanceOf: FeatureError, message });
  }
});

test('a feature that fails is named, with what it said', async (t) => {
  const features = compute(() => {
    throw new Error('no network');
  });
  const error = await t.throwsAsync(tuneWith({ features }), {
    instanceOf: FeatureError,
    message: "feature 'cheap': failed: no network",
  });
  t.is(error?.feature, 'cheap');
});

test('a feature of one’s own that returns a block of the wrong width is refused, naming it', async (t) => {
  const cheap = worldsFeatures.get('cheap');
  const features = define({
    cheap: {
      ...cheap,
      async fit(view: Parameters<typeof cheap.fit>[0]) {
        return { ...(await cheap.fit(view)), columns: 3 };
      },
    },
    costly: worldsFeatures.get('costly'),
  });
  await t.throwsAsync(tuneWith({ features }), {
    instanceOf: FeatureError,
    message: /feature 'cheap': expected a block of 240 rows x 3 columns, got 240 x 1/,
  });
});

test('a full model that gives NaN is refused, naming it and the row', async (t) => {
  const score = worldsFull.score;
  const full = {
    ...worldsFull,
    name: 'shaky',
    score(...[blocks, out]: Parameters<typeof score>) {
      score(blocks, out);
      const [{ values }] = blocks;
      values.forEach((value, row) => {
        if (value === 7) out.fill(Number.NaN, 2 * row, 2 * row + 2);
      });
    },
  };
  for (const row of [3, 333]) {
    const shaken = rows.map((each, i) => (i === row ? { ...each, costly: 7 } : each));
    await t.throwsAsync(tuneWith({ full, rows: shaken }), {
      instanceOf: ModelError,
      message: `model 'shaky': gave NaN for row ${row}; expected class probabilities`,
    });
  }
});

test('numbers may be classes: few of them, stars in halves, or many of many rows each', (t) => {
  const classesIn = (of: (row: number) => number, count: number) =>
    classesOf({ labels: Array.from({ length: count }, (_, row) => of(row)) }).length;
  t.is(
    classesIn((row) => row % 50, 100),
    50,
  );
  t.is(
    classesIn((row) => (row % 9) / 2, 100),
    9,
  );
  t.is(
    classesIn((row) => row % 100, 2_000),
    100,
  );
  t.throws(() => classesIn((row) => row % 100, 1_999), { instanceOf: DataError });
});

test('classes that are likely one, and classes of several types, are named in the summary', async (t) => {
  const written = ['big', 'BIG', 'big ', 'small'];
  const options = {
    features: worldsFeatures,
    rows,
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }),
    split: { certify: 0.1, folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.1 },
  } as const;
  const given = { ...options, labels: rows.map((_, row) => written[row % 4]) };
  t.regex(
    (await tune({ ...given, allowVacuous: true })).summary().replace(/\s+/g, ' '),
    /Classes that differ only in how they are written: "BIG" and "big" and "big "\. If they are one class/,
  );
  const notes = async (labels: readonly (string | number | boolean)[]) => {
    const own = rows.map((_, row) => labels[row % labels.length]);
    return (await problemOf({ ...options, labels: own })).notes.join(' ');
  };
  t.is(await notes(['big', 'small', 'a b', 'ab']), '');
  t.is(await notes([true, false]), '');
  t.is(await notes([1, 'b']), 'Classes are of several types: number (1), string ("b").');
  t.regex(await notes(['1', '1.0', '2']), /^[^.]*written: "1" and "1\.0"\./);
  t.regex(await notes(['caf\u00e9', 'cafe\u0301', 'tea']), /café/);
  t.regex(await notes(['tea', 'tea\u200b']), /differ only/, 'a space without width');
  t.is(await notes(['9007199254740992', '9007199254740993']), '', 'they are as many numbers');
});

test('classes of fewer rows than folds are named in the summary', async (t) => {
  const options = {
    features: worldsFeatures,
    rows,
    labels: labels.map((label, row) => (row % 133 === 0 ? 'rare' : label)),
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }),
    split: { certify: 0.1 },
    bound: { loss: 'disagreement', epsilon: 0.1 },
  } as const;
  const stated =
    /^ +Classes of fewer rows than the 5 that a fold each would take: "rare" \([234]\)\. Models hardly learn/m;
  t.regex((await tune(options)).summary(), stated);
  t.deepEqual((await problemOf({ ...options, labels })).notes, []);
  t.deepEqual((await problemOf({ ...options, split: { certify: 0.1, folds: 2 } })).notes, []);
});
