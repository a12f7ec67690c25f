import test from 'ava';
import type { GaussianRow } from '../../../datasets/index.js';
import { define, dense, profile, transform } from '../../../index.js';
import { setClock, world } from '../../support/counted.js';

const rows = world.rows.slice(0, 900);
const labels = world.labels.slice(0, 900);

for (const [why, milliseconds, price] of [
  ['is slow', 20, 0],
  ['may be where a feature is paid', 0.001, 0.5],
] as const) {
  test(`a transform that ${why} is computed once a row, though cheap features read it`, async (t) => {
    const clock = setClock();
    let computed = 0;
    let cheap = 0;
    const parsed = transform(function parsed(row: GaussianRow) {
      computed++;
      clock.time += milliseconds;
      return row.costly;
    });
    const below = transform(parsed, function below(numbers) {
      clock.time += 0.002;
      return numbers[1];
    });
    const features = define({
      paid: dense(
        1,
        parsed,
        (all) => {
          clock.time += 0.004 * all.length;
          return Float32Array.from(all, ([a]) => a);
        },
        price > 0 ? { price } : {},
      ),
      other: dense(1, below, (all) => {
        cheap += all.length;
        clock.time += 0.008 * all.length;
        return Float32Array.from(all);
      }),
    });
    const measured = await profile({ features, rows, labels, clock });
    t.is(computed, rows.length);
    // The cheap one is measured again and again nevertheless, over rows of which the transform is known.
    t.true(cheap > rows.length + 3_000);
    const costs = [
      measured.transforms['1. parsed'],
      measured.transforms['2. below'],
      measured.features.paid.cost,
      measured.features.other.cost,
    ].map(({ perRow }) => Math.round(perRow * 10) / 10);
    t.deepEqual(costs, [1000 * milliseconds, 2, 4, 8]);
  });
}
