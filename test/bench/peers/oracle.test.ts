import test from 'ava';
import { define, dense, logisticRegression, tune } from 'spillway';
import { handWritten } from '../../../bench/harness/handwritten.js';
import { partsOf } from '../../../bench/harness/parts.js';
import { chainCost, oracleOf } from '../../../bench/peers/oracle.js';

test('a row pays for every stage up to where it leaves', (t) => {
  const plan = { stages: [{ cost: 1 }, { cost: 4 }], full: { cost: 100 } };
  // 1, 1 + 4, and 1 + 4 + 100.
  t.is(chainCost(plan, Uint8Array.of(0, 1, 2)), (1 + 5 + 105) / 3);
});

test('the oracle answers like the full model and leaves at the first stage that agrees; the loop by hand answers like the cascade', async (t) => {
  const features = define({
    rough: dense(1, (rows: readonly Point[]) => Float32Array.from(rows, (row) => row.x + row.noise)),
    exact: dense(2, (rows: readonly Point[]) => Float32Array.from(rows.flatMap((row) => [row.x, row.noise]))),
  });
  const rows = points(1_000);
  const cascade = await tune({
    features,
    rows: rows.slice(0, 700),
    labels: rows.slice(0, 700).map((row) => (row.x > 0 ? 'up' : 'down')),
    full: logisticRegression({ l2: 0.1 }),
    bound: { loss: 'disagreement', epsilon: 0.05 },
    seed: 1,
    split: { folds: 2 },
    profile: {
      features: {
        rough: { cost: cost(1), entries: 1, reads: [] },
        exact: { cost: cost(100), entries: 2, reads: [] },
      },
      transforms: {},
      models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0 } },
      full: cost(0.1),
    },
  });
  const unseen = rows.slice(700);
  const parts = partsOf(cascade);
  t.deepEqual(
    cascade.plan.stages.map((stage) => stage.features),
    [['rough']],
  );

  const full = (await cascade.full.predict(unseen)).labels;
  const oracle = oracleOf(parts, unseen, full);
  t.deepEqual(oracle.run(), full);
  const given = await cascade.predict(unseen);
  given.exits.forEach((exit, row) => {
    if (exit === 0) t.is(oracle.exits[row], given.labels[row] === full[row] ? 0 : 1);
  });
  t.deepEqual(new Set(oracle.exits), new Set([0, 1]));

  t.deepEqual(
    Array.from(handWritten(parts)(unseen), (c) => cascade.plan.classes[c]),
    given.labels,
  );
});

interface Point {
  readonly x: number;
  readonly noise: number;
}

/** x and noise on a grid of irrational steps: even, unordered and the same every time. */
function points(count: number): Point[] {
  return Array.from({ length: count }, (_, i) => ({
    x: 2 * ((i * Math.SQRT2) % 1) - 1,
    noise: 0.4 * ((i * Math.sqrt(3)) % 1) - 0.2,
  }));
}

function cost(perRow: number) {
  return { fixed: 0, perRow, growth: 0, wait: 0, spread: 0, price: 0 };
}
