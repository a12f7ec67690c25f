import test from 'ava';
import { logisticRegression, type TuneOptions, tune } from '../../index.js';
import { FakeClock } from '../support/fakeClock.js';
import { type BagOptions, type Letter, letterFeatures, letters } from '../support/letters.js';

const rows = letters(3_000);

function tuneLetters(
  options: Partial<TuneOptions<Letter, 'a' | 'b', 'length' | 'words'>> = {},
  of: BagOptions = {},
) {
  const clock = new FakeClock();
  return tune({
    features: letterFeatures({ clock, ...of }),
    rows,
    labels: rows.map(({ kind }) => kind),
    full: logisticRegression({ l2: 0.1 }),
    bound: { loss: 'disagreement', epsilon: 0.02, delta: 0.05 },
    clock,
    seed: 1,
    ...options,
  });
}

test('a dear feature gets versions, stages read them, and going on costs the difference', async (t) => {
  const cascade = await tuneLetters();
  const { stages, full } = cascade.plan;
  t.deepEqual(stages[0].features, ['words@6']);
  t.is(Math.round(stages[0].cost), 6);
  t.deepEqual(stages[1].features, ['words@18']);
  t.is(Math.round(stages[1].cost), 12);
  t.is(Math.round(full.cost), 30);
  t.deepEqual(full.features, ['length', 'words']);
});
