import test from 'ava';
import { define, dense, logisticRegression, profile, transform } from '../../../index.js';
import { EXIT_SCORES } from '../../../lib/learn/exits/index.js';
import { random } from '../../../lib/stats/index.js';
import { near } from '../../support/near.js';

/** Rows of three numbers: two tell the class, the third how heavy a row is. */
const draw = random(1);
const rows = Array.from({ length: 1_200 }, () => [draw.normal(), draw.normal(), draw.normal()] as const);
const labels = rows.map(([a, b]) => (a + b > 0 ? 'yes' : 'no'));

/** A clock that features move: milliseconds. */
function world(price?: number) {
  const clock = { time: 0, now: () => clock.time };
  let requested = 0;
  const features = define({
    // The first 64 rows of a batch take ten times as long as the others.
    cold: dense(1, (batch: readonly (readonly number[])[]) => {
      clock.time += 0.01 * Math.min(64, batch.length) + 0.001 * Math.max(0, batch.length - 64);
      return Float32Array.from(batch, ([a]) => a);
    }),
    even: dense(
      1,
      (batch: readonly (readonly number[])[]) => {
        requested += batch.length;
        clock.time += 0.002 * batch.length;
        return Float32Array.from(batch, ([, b]) => b);
      },
      price === undefined ? {} : { price },
    ),
  });
  return { clock, features, requested: () => requested };
}

const measured = ({ clock, features }: ReturnType<typeof world>) =>
  profile({ features, rows, labels, full: logisticRegression(), clock });

const free = world();
const found = measured(free);

test('whole batches are measured as they are served, and the few rows that fall through', async (t) => {
  const { features } = await found;
  const times = features.cold.cost.batches ?? [];
  t.deepEqual(
    times.map(({ rows }) => rows),
    [16, 64, 256, 1024],
  );
  [160, 640, 640 + 192, 640 + 960].forEach((time, i) => {
    near(t, times[i].time, time, 1e-6);
  });
  for (const { rows: size, time } of features.even.cost.batches ?? []) near(t, time, 2 * size, 1e-6);
});

test('exit rules, the engine and models in whole batches are in the profile', async (t) => {
  const { exits, engine, models, full } = await found;
  t.deepEqual(Object.keys(exits?.score ?? {}), Object.keys(EXIT_SCORES));
  t.deepEqual(Object.keys(exits?.calibration ?? {}), ['temperature', 'platt', 'isotonic']);
  // Nothing but the features moves this clock.
  t.deepEqual(engine, { perRow: 0, perStage: 0, perEntry: 0 });
  t.deepEqual(
    models['logistic-regression'].batches?.map((at) => at.rows),
    [16, 64, 256, 1024],
  );
  t.deepEqual(
    full?.batches?.map((at) => at.rows),
    [16, 64, 256, 1024],
  );
});

test('what has a price is asked for no batches more', async (t) => {
  const paid = world(0.01);
  const [{ features: own }, { features: others }] = [await measured(paid), await found];
  t.is(own.even.cost.batches, undefined);
  t.truthy(others.even.cost.batches);
  t.true(paid.requested() < free.requested());
});

test('what waits, or is slow, is asked for no batches more', async (t) => {
  const clock = { time: 0, busy: 0, now: () => clock.time, cpu: () => clock.busy };
  const remote = define({
    remote: dense(1, async (batch: readonly (readonly number[])[]) => {
      await Promise.resolve();
      clock.time += 0.01 * batch.length;
      return Float32Array.from(batch, ([a]) => a);
    }),
    slow: dense(1, (batch: readonly (readonly number[])[]) => {
      clock.time += 2 * batch.length;
      clock.busy += 2 * batch.length;
      return Float32Array.from(batch, ([, b]) => b);
    }),
  });
  const { features } = await profile({ features: remote, rows, labels, full: logisticRegression(), clock });
  t.is(features.remote.cost.batches, undefined);
  t.is(features.slow.cost.batches, undefined);
});

test('nor are transforms that a feature with a price reads, and what else reads them', async (t) => {
  const clock = { time: 0, now: () => clock.time };
  let requested = 0;
  const bought = transform((row: readonly number[]) => {
    requested++;
    clock.time += 0.001;
    return row[0];
  });
  const features = define({
    paid: dense(1, bought, (values) => Float32Array.from(values), { price: 0.01 }),
    same: dense(1, bought, (values) => Float32Array.from(values, (value) => value + 1)),
    other: dense(1, (batch: readonly (readonly number[])[]) => Float32Array.from(batch, ([, b]) => b)),
  });
  const { features: costs, transforms } = await profile({
    features,
    rows,
    labels,
    full: logisticRegression(),
    clock,
  });
  t.is(costs.paid.cost.batches, undefined);
  t.is(costs.same.cost.batches, undefined);
  t.truthy(costs.other.cost.batches);
  t.is(Object.values(transforms)[0].batches, undefined);
  t.true(requested > 0);
});
