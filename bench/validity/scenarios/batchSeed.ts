import { unclaimed } from '../../harness/parts.js';
import type { Scenario } from './scenario.js';
import { once, rowsOf, tuneOn } from './worldCascade.js';

const TUNED = 800;
const BATCH = 300;
const LIMIT = 0.05;
const tuned = once(() => tuneOn(rowsOf(TUNED, 12), { bound: { epsilon: 0.05, delta: 0.05 } }));

/**
 * A batch in which stages err on purpose wherever the sample, drawn by a seed that is known
 * beforehand, doesn't look. The sample's positions are found with a first batch of the same scores,
 * from the rows that the full model answered.
 */
export const batchSeed: Scenario = {
  name: 'the sample of a batch can’t be foreseen',
  fault: 'certifyBatch drawing by a constant default seed',
  delta: 0.05,
  trials: 120,
  quickTrials: 4,
  async trial(seed) {
    const rows = rowsOf(BATCH, 5_000_000 + seed);
    const attack = async (draw: { readonly seed?: number }) => {
      const options = { epsilon: LIMIT, delta: 0.05, ...draw };
      const cascade = unclaimed(await tuned());
      const { byFull } = await cascade.certifyBatch(rows, options);
      const hostile = rows.map((row, i) => (byFull[i] === 1 ? row : { ...row, costly: -row.costly }));
      const { labels } = await cascade.certifyBatch(hostile, options);
      const wrong = labels.filter((label, i) => label !== (hostile[i].costly > 0 ? 'yes' : 'no')).length;
      return wrong > LIMIT * BATCH;
    };
    return { broken: await attack({}), faultBroken: await attack({ seed: 0 }) };
  },
};
