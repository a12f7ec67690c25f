import test from 'ava';
import { pretrained } from '../../../entries/full.js';
import { forecast, logisticRegression, tune } from '../../../index.js';
import { countedFeatures, countedModel, Requested, world } from '../../support/counted.js';

const { rows, labels } = world;
const bound = { loss: 'disagreement', epsilon: 0.1, delta: 0.05 } as const;
/** Row requests beyond once for every row. */
const MOST = 256;

test('what has a price, or is slow, is asked once for each row and little more', async (t) => {
  const { clock, requested, features } = countedFeatures();
  const cascade = await tune({ features, rows, labels, full: logisticRegression(), bound, clock });
  for (const name of ['priced', 'slow']) {
    t.true(requested.beyond(name) >= 0);
    t.true(
      requested.beyond(name) <= MOST,
      `${name}: ${requested.beyond(name)} row requests beyond once a row`,
    );
  }
  const { cheap, priced, slow } = cascade.profile.features;
  // Measured nevertheless: the clock counts milliseconds, costs are microseconds.
  for (const [{ cost }, each] of [
    [cheap, 1],
    [priced, 10],
    [slow, 20_000],
  ] as const) {
    t.true(Math.abs(cost.perRow - each) < 1e-6 * each && Math.abs(cost.fixed - each) < 1e-3 * each);
  }
  t.is(requested.beyond('priced'), 224);
  // What is cheap is measured again and again.
  t.true(requested.beyond('cheap') >= 3_290);
});

test('measuring what is cheap takes no more rows than forecast, those in batches as they are served included', async (t) => {
  const { clock, requested, features } = countedFeatures();
  const given = new Requested();
  const full = countedModel(given);
  const options = { features, rows, labels, full, approximate: logisticRegression(), bound, clock };
  const expected = await forecast(options);
  await tune(options);
  // 15 rounds and 1 that warms up, of 16 + 64 + 256 + 1,024 rows.
  const served = 16 * 1_360;
  for (const [counted, name, { rows: once, measuring }] of [
    [requested, 'cheap', expected.features.cheap],
    [given, 'full', expected.full!],
  ] as const) {
    const count = counted.rows(name);
    t.true(count > once && count <= once + measuring, `${name}: ${count} of ${once} + ${measuring}`);
  }
  // 3 + 20 rounds of 1 + 8 + 64, and of 8 + 64 for light and heavy rows.
  t.is(expected.features.cheap.measuring, 23 * 73 + 2 * 23 * 72 + served);
  // Importance is measured on the 900 rows, once and with each of three features shuffled five times.
  t.is(expected.full?.measuring, 23 * 73 + served + 2 * 16 * 256 + 16 * 900);
});

for (const [why, more] of [
  ['a price', { price: 0.5 }],
  ['20 ms a row', {}],
] as const) {
  test(`a full model that is given trained, with ${why}, is asked as little`, async (t) => {
    const { clock, features } = countedFeatures();
    const requested = new Requested();
    const work = (count: number) => {
      clock.time += ('price' in more ? 0.001 : 20) * count;
    };
    const full = countedModel(requested, { ...more, work });
    const approximate = logisticRegression();
    const cascade = await tune({ features, rows, labels, full, approximate, bound, clock });
    t.true(requested.beyond('full') >= 0);
    t.true(requested.beyond('full') <= MOST, `${requested.beyond('full')} row requests beyond once a row`);
    t.is(Math.round(cascade.profile.full?.perRow ?? 0), 'price' in more ? 1 : 20_000);
  });
}

test('a model for stages that was trained elsewhere and has a price is asked as little', async (t) => {
  const { clock, features } = countedFeatures();
  const [given, whole] = [new Requested(), new Requested()];
  const work = (count: number) => {
    clock.time += 0.001 * count;
  };
  const full = countedModel(whole, { work });
  const small = countedModel(given, {
    name: 'small',
    reads: ['cheap'],
    price: 0.25,
    fingerprint: 'v1',
    work,
  });
  const options = {
    features,
    rows,
    full,
    approximate: [pretrained(small), logisticRegression()],
    bound,
    clock,
  };
  const reported = await forecast(options);
  t.is(reported.stages.small.price, 0.25 * reported.stages.small.rows);
  const cascade = await tune({ ...options, maxPrice: reported.price });
  // 96 rows are timed, and 96 compared; the others are asked for once, whichever stages they are for.
  t.true(given.rows('full') >= 900 + 96);
  t.true(given.beyond('full') <= MOST, `${given.beyond('full')} row requests beyond once a row`);
  t.true(given.rows('full') <= reported.stages.small.rows);
  t.like(cascade.profile.models.small, { price: 0.25, perEntry: 0 });
  t.is(cascade.profile.models['logistic-regression'].price, undefined);
});
