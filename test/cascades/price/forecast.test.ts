import test from 'ava';
import {
  define,
  dense,
  forecast,
  logisticRegression,
  lookup,
  PriceLimitError,
  type Progress,
  tune,
} from '../../../index.js';
import { countedFeatures, countedModel, Requested, setClock, world } from '../../support/counted.js';

const { rows, labels } = world;
const bound = { loss: 'disagreement', epsilon: 0.1, delta: 0.05 } as const;
const full = logisticRegression();

test('a forecast says what will be asked and paid, and asks nothing', async (t) => {
  const { requested, features } = countedFeatures();
  const model = countedModel(new Requested(), { price: 0.5 });
  const reported = await forecast({ features, rows, full: model, bound });
  t.is(requested.rows('priced'), 0);
  // 900 rows to tune on, 600 to certify with; of the 900, 64 + 128 + 32 once more, and 32 + 64 + 64 of the model.
  t.deepEqual(reported.features.priced.steps, { features: 900 + 224, certify: 600 });
  t.like(reported.features.priced, { rows: 1724, beyond: 224, price: 1724 * 0.01 });
  t.like(reported.features.slow, { rows: 1724, price: 0 });
  t.deepEqual(reported.full?.steps, { 'full model': 900, stages: 160, certify: 600 });
  t.like(reported.full, { rows: 1660, beyond: 160, price: 830 });
  t.deepEqual(reported.stages, {});
  t.is(reported.price, 1724 * 0.01 + 830);
  t.deepEqual(JSON.parse(JSON.stringify(reported)), reported);
});

test('what learns from its rows is asked for more, and says so', async (t) => {
  const plain = dense(1, (all: readonly (typeof rows)[number][]) => new Float32Array(all.length), {
    price: 1,
  });
  const learning = { ...plain, learns: true };
  const reported = await forecast({ features: define({ plain, learning }), rows, labels, full, bound });
  t.is(reported.features.plain.rows, 1724);
  // Fitted on 900, and in each of five folds fitted on 720, which are computed, too, as the fold's 180 are.
  t.is(reported.features.learning.rows, 1724 + 900 + 5 * (720 + 720 + 180));
  t.is(reported.full, null);
});

test('the first event of onProgress is the forecast, before anything is asked', async (t) => {
  const { requested, features, clock } = countedFeatures();
  const events: Progress[] = [];
  const controller = new AbortController();
  const enough = new Error('enough');
  const onProgress = (progress: Progress) => {
    if (events.push(progress) > 1) return;
    t.is(requested.rows('priced'), 0);
    controller.abort(enough);
  };
  const options = { features, rows, labels, full, bound, clock };
  await t.throwsAsync(tune({ ...options, onProgress, signal: controller.signal }), {
    is: enough,
  });
  t.deepEqual(events[0], { step: 'features', share: 0, forecast: await forecast(options) });
});

test('a forecast beyond maxPrice is refused before the first call', async (t) => {
  const { requested, features, clock } = countedFeatures();
  const options = { features, rows, labels, full, bound, clock };
  const error = await t.throwsAsync(tune({ ...options, maxPrice: 17 }), { instanceOf: PriceLimitError });
  t.like(error, { code: 'PRICE_LIMIT', limit: 17, reason: 'forecast' });
  t.true(Math.abs((error?.price ?? 0) - 17.24) < 1e-9);
  t.regex(error?.message ?? '', /up to 17\.24.*'maxPrice' is 17: nothing was requested/);
  t.deepEqual([requested.rows('priced'), requested.rows('slow'), requested.rows('cheap')], [0, 0, 0]);
  const cascade = await tune({ ...options, maxPrice: 17.24 });
  t.is(cascade.certificate.verdict, 'certified');
  t.true(requested.rows('priced') <= 1724);
});

const cheap = dense(1, (all: readonly (typeof rows)[number][]) =>
  Float32Array.from(all, ({ cheap: [a] }) => a),
);

/** A lookup by one of so many keys. @param isDown whether a request for these keys fails, the first time that one would */
function paidLookup(keys: number, isDown: (requested: number) => boolean = () => false) {
  const places = new Map(rows.map((row, r) => [row, r]));
  const sent: number[] = [];
  let hasFailed = false;
  const paid = lookup({
    key: (row: (typeof rows)[number]) => (places.get(row) ?? 0) % keys,
    fetch: async (requested: readonly number[]) => {
      sent.push(requested.length);
      if (!hasFailed && isDown(requested.length)) {
        hasFailed = true;
        throw new Error('cut off');
      }
      return requested.map((key) => [key % 2]);
    },
    width: 1,
    price: 1,
    random: () => 0,
  });
  const total = () => sent.reduce((sum, count) => sum + count, 0);
  // By prices, so that no chain depends on measured time.
  const priced = { objective: 'price', clock: setClock() } as const;
  return { options: { features: define({ cheap, paid }), rows, labels, full, bound, ...priced }, total };
}

test('a lookup is paid by its keys: what it asks for again counts once more, and ends tuning beyond maxPrice', async (t) => {
  const fine = paidLookup(rows.length);
  await tune({ ...fine.options, maxPrice: 1724 });
  t.is(fine.total(), 1724);

  const certifying = (requested: number) => requested === 600;
  const failing = paidLookup(rows.length, certifying);
  const error = await t.throwsAsync(tune({ ...failing.options, maxPrice: 1724 }), {
    instanceOf: PriceLimitError,
  });
  t.like(error, { code: 'PRICE_LIMIT', limit: 1724, reason: 'spent', price: 2324 });
  t.regex(error?.message ?? '', /1724 is spent, and 600 rows of feature 'paid' more would make it 2324/);
  t.is(failing.total(), 1724, 'the request that failed was not sent again');

  const allowed = paidLookup(rows.length, certifying);
  const cascade = await tune({ ...allowed.options, maxPrice: 2400 });
  t.is(allowed.total(), 2324);
  t.is(cascade.certificate.n, 600);

  // Of rows that share keys only these are paid: what is asked again stays within the limit.
  const few = paidLookup(10, (requested) => requested > 5);
  await tune({ ...few.options, maxPrice: 1724 });
  t.true(few.total() < 1000);
});
