import { logAverage } from 'simple-statistics';
import { define, dense, logisticRegression, tune } from 'spillway';
import { type GaussianRow, gaussianWorld } from 'spillway/datasets';
import { binomialPValue, fixedSequence } from '../../lib/stats/index.js';
import { atLeast } from '../harness/checks.js';
import { declaredProfile } from '../harness/declared.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { partsOf } from '../harness/parts.js';

/**
 * The gain of a second path, which spends the delta that the first one's tests can't: one against
 * two, on the same rows.
 */
export const paths: Workload = { run };

const SIZES = [1_000, 1_500, 4_000];
const SEEDS = 40;
const EPSILON = 0.02;
const DELTA = 0.05;

const columns = (of: (row: GaussianRow) => ArrayLike<number>) =>
  dense(3, (rows: readonly GaussianRow[]) => Float32Array.from(rows.flatMap((row) => Array.from(of(row)))));
const rounded = (to: number) => (row: GaussianRow) => row.costly.map((value) => to * Math.round(value / to));

/** Microseconds a row. */
const COSTS = { cheap: 1, coarse: 6, rough: 20, fine: 300 };
type Name = keyof typeof COSTS;

const features = define<GaussianRow, Name>({
  cheap: columns(({ cheap }) => cheap),
  coarse: columns(rounded(3)),
  rough: columns(rounded(1.5)),
  fine: columns(({ costly }) => costly),
});

async function run({ seeds, quick, log }: RunOptions) {
  const each = seeds ?? Array.from({ length: quick ? 4 : SEEDS }, (_, i) => i + 1);
  const sizes = [];
  for (const rows of SIZES) {
    const found: Costs[] = [];
    for (const seed of each) found.push(await costsOf(rows, seed));
    const second = found.filter(({ path }) => path === 1).length;
    sizes.push({
      rows,
      trials: found.length,
      second,
      one: logAverage(found.map(({ one }) => one)),
      two: logAverage(found.map(({ two }) => two)),
    });
    log(`${rows} rows: ${found.length} trials`);
  }
  const checks = sizes.map(({ rows, one, two }) =>
    atLeast(`${rows} rows: cost with one path, as a share of that with two`, one / two, 0.99),
  );
  const table = sizes.map(
    ({ rows, trials, second, one, two }) =>
      `${rows} rows: ${one.toFixed(2)} µs a row with one path, ${two.toFixed(2)} with two; the second is served in ${second} of ${trials}`,
  );
  return { json: { workload: 'paths', sizes, checks }, table: table.join('\n') };
}

interface Costs {
  /** Geometric means of the expected cost of a row. */
  readonly one: number;
  readonly two: number;
  /** The path that is served where there are two. */
  readonly path: number;
}

async function costsOf(rows: number, seed: number): Promise<Costs> {
  const world = gaussianWorld({ rows, seed, classes: 3, cheapShift: 2.5, costlyShift: 4 });
  const cascade = await tune({
    features,
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression(),
    profile: declaredProfile(COSTS, 3),
    bound: { loss: 'disagreement', epsilon: EPSILON, delta: DELTA },
    seed,
  });
  const { evidence } = partsOf(cascade);
  const { cost, fullCost } = cascade.plan.expected;
  if (evidence === undefined) return { one: fullCost, two: fullCost, path: 0 };
  // The first path alone would have had all of delta.
  const [{ plans, observed }] = evidence.paths;
  const pValue = (j: number) => binomialPValue(observed[j].changed, observed[j].rows, EPSILON);
  const passed = plans.slice(0, fixedSequence(pValue, plans.length, DELTA) + 1);
  const one = Math.min(fullCost, ...passed.map(({ expected }) => expected.cost));
  return { one, two: cost, path: evidence.served };
}
