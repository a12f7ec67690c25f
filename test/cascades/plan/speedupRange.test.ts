import test from 'ava';
import { type RowsByExit, speedupRange } from '../../../cascades/plan/speedupRange.js';
import { normalQuantile, type Random, random } from '../../../lib/stats/index.js';

/** Half of the width of the range of a normal law, in standard deviations. */
const HALF = normalQuantile(0.96);

test('where all rows leave at one cost, the costs alone are uncertain, and prices not at all', (t) => {
  const leaving = [{ rows: 400, cost: 2 }];
  const { least, most } = speedupRange(leaving, 20, false);
  t.true(Math.abs(least - 10 * Math.exp(-HALF * 0.15)) < 1e-9);
  t.true(Math.abs(most - 10 * Math.exp(HALF * 0.15)) < 1e-9);
  const price = speedupRange(leaving, 20, true);
  t.true(Math.abs(price.least - 10) < 1e-9 && Math.abs(price.most - 10) < 1e-9);
});

test('by hand: 9 of 10 rows leave for 1, one costs 11', (t) => {
  // Posterior shares are 9.5 and 1.5 of 11, the mean cost 26 / 11 = 2.3636, its spread 11.777.
  const cost = 26 / 11;
  const spread = (9.5 * (1 - cost) ** 2 + 1.5 * (11 - cost) ** 2) / 11;
  const ofRows = Math.log(1 + ((spread / 12) * (21 / 10)) / cost ** 2);
  const { least, most } = speedupRange(
    [
      { rows: 9, cost: 1 },
      { rows: 1, cost: 11 },
    ],
    11,
    true,
  );
  t.true(Math.abs(Math.log(most / least) - 2 * HALF * Math.sqrt(ofRows)) < 1e-9);
  t.true(Math.abs(Math.sqrt(least * most) - (11 / cost) * Math.exp(ofRows / 2)) < 1e-9);
});

test('that no row went on to the full model doesn’t mean that none will', (t) => {
  const { least } = speedupRange(
    [
      { rows: 300, cost: 1 },
      { rows: 0, cost: 100 },
    ],
    100,
    true,
  );
  t.true(least < 90 && least > 50, String(least));
});

test('by hand: rows that leave at one cost, of which large ones cost more', (t) => {
  // One exit: the posterior mean is that of 400.5 rows, its variance .5² of them and of 400 new ones.
  const ofRows = Math.log(1 + (0.25 / 401.5) * (800.5 / 400));
  const { least, most } = speedupRange([{ rows: 400, cost: 2, deviation: 0.5 }], 20, true);
  t.true(Math.abs(Math.log(most / least) - 2 * HALF * Math.sqrt(ofRows)) < 1e-9);
  t.true(Math.abs(Math.sqrt(least * most) - 10 * Math.exp(ofRows / 2)) < 1e-9);
});

/**
 * How often the speedup on new rows is in the range, of a law of rows that leave at two stages or reach the last. The
 * cost of a row there is log-normal about the mean.
 */
function heldIn(
  shares: readonly number[],
  costs: readonly number[],
  deviation: number,
  rows: number,
  draw: Random,
) {
  const sigma = Math.sqrt(Math.log(1 + deviation ** 2));
  const drawn = () => {
    const counts = costs.map(() => 0);
    let paid = 0;
    for (let row = 0; row < rows; row++) {
      const at = draw.uniform();
      const exit = at < shares[0] ? 0 : at < shares[0] + shares[1] ? 1 : 2;
      counts[exit]++;
      paid += costs[exit] * Math.exp(sigma * draw.normal() - sigma ** 2 / 2);
    }
    return { counts, mean: paid / rows };
  };
  const trials = 2_000;
  let [held, fixed, alike] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const { counts, mean } = drawn();
    const next = 100 / drawn().mean;
    const isIn = (of: number) => {
      const leaving = counts.map((count, s): RowsByExit => ({ rows: count, cost: costs[s], deviation: of }));
      const { least, most } = speedupRange(leaving, 100, true);
      return least <= next && next <= most;
    };
    if (isIn(deviation)) held++;
    if (isIn(0)) alike++;
    // The fault: the number alone, with what costs may differ by.
    if (Math.abs(Math.log(next / (100 / mean))) <= HALF * 0.08) fixed++;
  }
  return { held: held / trials, fixed: fixed / trials, alike: alike / trials };
}

for (const [shares, costs, deviation = 0] of [
  [
    [0.9, 0.08, 0.02],
    [1, 3, 103],
  ],
  [
    [0.5, 0.3, 0.2],
    [2, 10, 110],
  ],
  [
    [0.97, 0.025, 0.005],
    [0.5, 5, 105],
  ],
  [[0.9, 0.08, 0.02], [1, 3, 103], 1],
] as const) {
  const law = `${shares.join(', ')}; deviation ${deviation}`;
  test(`as many new rows are in the range in nine of ten cases: ${law}`, (t) => {
    const { held, fixed, alike } = heldIn(shares, costs, deviation, 600, random(1).fork(law));
    t.log(`${held} in the range, ${fixed} where rows count as certain, ${alike} where they count as alike`);
    t.true(held > 0.885, String(held));
    t.true(fixed < held);
    t.true(deviation === 0 ? alike === held : alike < 0.88, String(alike));
  });
}
