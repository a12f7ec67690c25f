import test from 'ava';
import { Service } from '../../../cascades/cascade/service.js';
import { cached, featureCache } from '../../../lib/features/cache/index.js';
import { type Feature, lookup, RowView } from '../../../lib/features/define/index.js';
import type { Engine } from '../../../lib/run/runtime/index.js';
import { microBatch } from '../../../lib/run/runtime/index.js';
import { type Numbers, numbers, softmaxModel } from '../../lib/run/runtime/numbers.js';

/** A pipeline of one feature and a full model that waits. */
async function whole(feature: Feature<Numbers>) {
  const fitted = await feature.fit(RowView.of([]));
  const model = softmaxModel('full', 2, { waits: true });
  const engine: Engine<Numbers> = {
    features: [{ name: 'f', fitted: feature.served?.(fitted, 'f', undefined) ?? fitted }],
    stages: [],
    full: { reads: [0], model: microBatch(model) },
    classes: 2,
    decision: { kind: 'argmax' },
  };
  return { service: new Service(engine), batches: model.calls };
}

function lookedUp() {
  const trips: number[][] = [];
  const feature = lookup({
    key: (row: Numbers) => row.id,
    fetch: async (keys) => {
      trips.push([...keys]);
      return keys.map((key) => [Math.fround(Math.sin(key))]);
    },
    width: 1,
  });
  return { feature, trips };
}

test('concurrent point queries share round trips and batches of the model, and each has its own answer', async (t) => {
  const { feature, trips } = lookedUp();
  const { service, batches } = await whole(feature);
  const rows = numbers(20, 1);
  const answers = await Promise.all(rows.map((row) => service.one(row, {})));
  t.deepEqual(trips, [rows.map(({ id }) => id)]);
  t.deepEqual(batches, [20]);
  for (const [i, row] of rows.entries()) t.deepEqual(await service.one(row, {}), answers[i]);
});

test('behind a cache they share keys, and ask for none again', async (t) => {
  const { feature, trips } = lookedUp();
  const cache = featureCache({ maxBytes: 1e5 });
  const { service } = await whole(cached(feature, { cache, key: ({ id }: Numbers) => id }));
  const rows = [...numbers(5, 1), ...numbers(5, 1), ...numbers(7, 1)];
  const together = await Promise.all(rows.map((row) => service.one(row, {})));
  t.deepEqual(trips, [[0, 1, 2, 3, 4, 5, 6]]);
  const { answers } = (await service.run(rows, {})).answered;
  t.is(trips.length, 1);
  t.deepEqual(
    [...answers],
    together.map(({ answered }) => answered.answer),
  );
  await service.run(rows, { cached: false });
  await service.one(rows[0], { cached: false });
  t.deepEqual(trips.slice(1), [[0, 1, 2, 3, 4, 5, 6], [0]]);
});
