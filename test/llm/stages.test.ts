import test from 'ava';
import { tuneUntested } from '../../cascades/internal.js';
import { random } from '../../lib/stats/index.js';
import { textFeatures } from '../../llm/textFeatures.js';
import { modelOf, type Titled, titleTable } from './world.js';

test('what is found by price is the same whatever a clock says', async (t) => {
  const table = titleTable(400, 5);
  const { full } = modelOf(table, (row) => table.truth[row]);
  const found = async (seed: number, longest: number) => {
    const draw = random(seed);
    let now = 0;
    const { path } = await tuneUntested<Titled, string, string>(
      {
        ...{ features: textFeatures<Titled>(({ title }) => title, undefined), rows: table.rows, full },
        bound: { loss: 'disagreement', epsilon: 0.06, delta: 0.05 },
        ...{ objective: 'price', repeats: true, fidelities: false, effort: 'quick', seed: 1 },
        clock: {
          now: () => {
            now += longest * draw.uniform() ** 6;
            return now;
          },
        },
      },
      200,
    );
    return path;
  };
  const quick = await found(1, 0.01);
  t.true(quick.length > 5);
  t.deepEqual(await found(2, 50), quick);
});
