import test from 'ava';
import { RowView } from '../../../entries/extend.js';
import { define, dense, type Profile } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import type { JudgedQuery } from '../../../topk/search/scoreTable.js';
import { measureSurvivors } from '../../../topk/search/survivorCosts.js';
import { FakeClock } from '../../support/fakeClock.js';
import { near } from '../../support/near.js';
import { perRow } from '../../support/profile.js';

interface Film {
  /** How many have seen it. */
  readonly seen: number;
}

const films = Array.from({ length: 1_024 }, (_, i): Film => ({ seen: i + 1 }));

async function world(price?: number) {
  const clock = new FakeClock();
  const features = define({
    title: dense(1, (rows: readonly Film[]) => {
      clock.work(2 * rows.length);
      return new Float32Array(rows.length);
    }),
    ratings: dense(
      1,
      (rows: readonly Film[]) => {
        for (const { seen } of rows) clock.work(seen);
        return Float32Array.from(rows, ({ seen }) => seen);
      },
      price === undefined ? {} : { price },
    ),
  });
  const fitted = [];
  for (const name of features.names) {
    fitted.push({ name, fitted: await features.get(name).fit(RowView.of(films)) });
  }
  const model = {
    name: 'popular',
    classes: 1,
    score: ([, { rows, values }]: readonly { rows: number; values: Float32Array }[], out: Float64Array) => {
      clock.work(3 * rows);
      out.set(values.subarray(0, rows));
    },
  };
  const profile: Profile<'title' | 'ratings'> = {
    features: {
      title: { cost: perRow(2), entries: 1, reads: [] },
      ratings: { cost: perRow(512, { price: price ?? 0 }), entries: 1, reads: [] },
    },
    transforms: {},
    models: {},
    full: perRow(3),
  };
  const full = { model, reads: ['title', 'ratings'], learner: undefined, fingerprint: 'popular' };
  return { clock, features, trained: { fitted, full, profile } };
}

const query = (order: readonly number[]): JudgedQuery => ({
  candidates: Int32Array.from(order),
  k: 10,
  rankClass: 0,
  number: 0,
  full: Float64Array.from(order, (row) => films[row].seen),
  truth: new Int32Array(0),
  isTrue: new Uint8Array(0),
});

test('costs that rise for the best candidates are told from those of whole queries', async (t) => {
  const { clock, features, trained } = await world();
  const queries = [query([...films.keys()]), query([...films.keys()].reverse())];
  const set = { rows: films, queries };
  const { features: costs, full } = await measureSurvivors(features, trained, {
    set,
    queries,
    clock,
    random: random(1),
    signal: undefined,
  });
  t.is(costs.title.cost.rise, 0);
  t.is(full?.rise, 0);
  // The most popular eighth has 960 each on average, and all have 512: 8^rise times as many.
  near(t, 8 ** (costs.ratings.cost.rise ?? 0), 960 / 512, 0.03);
});

test('what has a price is asked nothing, and queries of few candidates say nothing', async (t) => {
  const { clock, features, trained } = await world(0.01);
  const one = query([...films.keys()]);
  const options = { set: { rows: films, queries: [one] }, clock, random: random(1), signal: undefined };
  const paid = await measureSurvivors(features, trained, { ...options, queries: [one] });
  t.is(paid.features.ratings.cost.rise, 0);
  t.is(clock.now() < 10, true);
  const few = await measureSurvivors(features, trained, { ...options, queries: [query([1, 2, 3])] });
  t.is(few, trained.profile);
});
