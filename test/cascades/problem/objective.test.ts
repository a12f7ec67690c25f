import test from 'ava';
import { checkPrices, checkProfilePrices, objectiveOf } from '../../../cascades/problem/index.js';
import { agreementWorld, type GaussianRow, gaussianWorld } from '../../../datasets/index.js';
import { define, dense, logisticRegression, OptionError, tune, tuneTopK } from '../../../index.js';
import type { Objective } from '../../../lib/costs/index.js';
import { profileOf, tuneWorld, worldsFull } from '../../support/agreement.js';

const world = gaussianWorld({ rows: 400, seed: 1 });
const flat = (arrays: readonly ArrayLike<number>[]) =>
  Float32Array.from(arrays.flatMap((array) => Array.from(array)));
const features = (price?: number) =>
  define({
    cheap: dense(2, (rows: readonly GaussianRow[]) => flat(rows.map(({ cheap }) => cheap))),
    costly: dense(
      2,
      (rows: readonly GaussianRow[]) => flat(rows.map(({ costly }) => costly)),
      price === undefined ? {} : { price },
    ),
  });
const refused = { instanceOf: OptionError, message: /'objective'.*nothing .* has a price/ };

test('an objective of prices without any price is refused before anything is computed', async (t) => {
  for (const each of [features(), features(0)]) {
    const options = { features: each, full: logisticRegression(), objective: 'price' } as const;
    await t.throwsAsync(
      tune({ ...options, rows: world.rows, labels: world.labels, bound: { epsilon: 0.05 } }),
      refused,
    );
    await t.throwsAsync(
      tuneTopK({
        ...options,
        rows: world.rows,
        labels: world.labels,
        queries: Array.from({ length: 10 }, (_, q) => world.rows.slice(20 * q, 20 * (q + 1))),
        k: 2,
        bound: { recall: 0.9 },
      }),
      refused,
    );
  }
});

test('prices count where the full pipeline pays them: of its features, its model, or in the profile', (t) => {
  const full = logisticRegression();
  t.notThrows(() => checkPrices('objective', { features: features(0.1), full }));
  const trained = { ...worldsFull, reads: ['cheap'] };
  t.throws(() => checkPrices('objective', { features: features(0.1), full: trained }), refused);
  t.notThrows(() => checkPrices('objective', { features: features(), full: { ...trained, price: 1 } }));
  // A profile that is given has the costs, whatever the features declare.
  const profile = profileOf({ cheap: 1, costly: 100 });
  t.throws(() => checkPrices('objective', { features: features(0.1), full, profile }), refused);
  t.throws(() => checkProfilePrices('whatIf.objective', profile, ['cheap']), {
    instanceOf: OptionError,
    message: /'whatIf.objective'/,
  });
});

test('a what-if of prices needs one, too', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 2_000, seed: 1, accuracy: 0.95 }));
  t.throws(() => cascade.whatIf({ objective: 'price' }), {
    instanceOf: OptionError,
    message: /'whatIf.objective'/,
  });
  t.notThrows(() => cascade.whatIf({ objective: 'price', costs: { costly: { price: 1 } } }));
});

const waiting = dense(1, (rows: readonly GaussianRow[]) => new Float32Array(rows.length), { waits: true });
const free = dense(1, (rows: readonly GaussianRow[]) => new Float32Array(rows.length));
const priced = dense(1, (rows: readonly GaussianRow[]) => new Float32Array(rows.length), { price: 2 });
const trained = { name: 'file', labels: ['a', 'b'], classes: 2, score: () => {} };
const money = { spent: () => 0, byBatch: () => undefined };
const declared: readonly (readonly [
  string,
  Parameters<typeof objectiveOf<GaussianRow>>[0],
  Objective,
  RegExp,
])[] = [
  [
    'nothing',
    { features: define({ free }), full: trained },
    'throughput',
    /^since nothing is said to wait or to have a price$/,
  ],
  ['a price', { features: define({ free, priced }), full: trained }, 'price', /'priced' has a price/],
  [
    'waiting',
    { features: define({ waiting, other: waiting }), full: trained },
    'latency',
    /'waiting' and 'other' wait/,
  ],
  [
    'waiting that has a price',
    { features: define({ waiting, priced }), full: trained },
    'latency',
    /'waiting' waits for an answer, though 'priced' has a price/,
  ],
  [
    'a model that waits',
    { features: define({ free }), full: { ...trained, waits: true } },
    'latency',
    /full model/,
  ],
  [
    'a model that bills',
    { features: define({ waiting }), full: { ...trained, waits: true, price: 1, money } },
    'price',
    /bills each request/,
  ],
  [
    'waiting that no model reads',
    { features: define({ free, waiting }), full: { ...trained, reads: ['free'] } },
    'throughput',
    /^since nothing/,
  ],
  [
    'what the caller asks for',
    { features: define({ free }), full: trained, objective: 'latency' },
    'latency',
    /^as 'objective' says$/,
  ],
  [
    'what the caller asks for, against prices',
    { features: define({ free, priced }), full: trained, objective: 'throughput' },
    'throughput',
    /^as 'objective' says, though 'priced' has a price: without it they are compared by price$/,
  ],
  [
    'what the caller asks for, against waiting that has a price',
    { features: define({ waiting, priced }), full: trained, objective: 'throughput' },
    'throughput',
    /^as 'objective' says, though 'waiting' waits for an answer and 'priced' has a price: without it they .* latency$/,
  ],
  [
    'prices that the caller asks for, against waiting',
    { features: define({ waiting, priced }), full: trained, objective: 'price' },
    'price',
    /^as 'objective' says, though 'waiting' waits for an answer: without it they are compared by latency$/,
  ],
  [
    'what the caller asks for, against a model that bills',
    {
      features: define({ waiting }),
      full: { ...trained, waits: true, price: 1, money },
      objective: 'latency',
    },
    'latency',
    /though the full model bills each request: without it they are compared by price$/,
  ],
];
for (const [what, options, objective, why] of declared) {
  test(`the objective follows from what is declared: ${what}`, (t) => {
    const found = objectiveOf(options);
    t.is(found.objective, objective);
    t.regex(found.why, why);
  });
}
