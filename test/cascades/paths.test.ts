import { join } from 'node:path';
import test from 'ava';
import { type GaussianRow, gaussianWorld } from '../../datasets/index.js';
import { Cascade, define, dense, logisticRegression, tune } from '../../index.js';
import { allowedErrors, binomialPValue, rowsNeeded } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

const columns = (of: (row: GaussianRow) => ArrayLike<number>) =>
  dense(3, (rows: readonly GaussianRow[]) => Float32Array.from(rows.flatMap((row) => Array.from(of(row)))));
const rounded = (to: number) => (row: GaussianRow) => row.costly.map((value) => to * Math.round(value / to));
const features = define({
  cheap: columns(({ cheap }) => cheap),
  coarse: columns(rounded(3)),
  rough: columns(rounded(1.5)),
  fine: columns(({ costly }) => costly),
});
const profile = profileOf({ cheap: 1, coarse: 6, rough: 20, fine: 300 });
const worldOf = (rows: number, seed: number) =>
  gaussianWorld({ rows, seed, classes: 3, cheapShift: 2.5, costlyShift: 4 });

function tuneGaussian(rows: number, seed = 1) {
  const world = worldOf(rows, seed);
  return tune({
    features,
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression(),
    profile,
    seed,
    bound: { loss: 'disagreement', epsilon: 0.02 },
  });
}

/** What the exact test of 2 % at 5 % can't spend on n rows: counts are whole. */
function spareOf(n: number): number {
  return 0.05 - binomialPValue(allowedErrors(n, 0.02, 0.05), n, 0.02);
}

test('a second path has what the first one’s tests can’t spend, where that certifies anything', async (t) => {
  let two = 0;
  for (const rows of [500, 900, 1_500, 1_600]) {
    // Two fifths of the rows certify.
    const n = Math.round(0.4 * rows);
    const spare = spareOf(n);
    const { certificate } = await tuneGaussian(rows);
    t.is(certificate.n, n);
    const text = /at level ([\d.e-]+); a second sequence of plans/.exec(certificate.method)?.[1];
    if (text === undefined) continue; // Or there was no rival.
    two++;
    t.true(spare > 0 && rowsNeeded(0.02, spare) <= n);
    t.true(
      [spare, 0.05 - spare].some((part) => Number(part.toPrecision(3)) === Number(text)),
      certificate.method,
    );
    t.is(certificate.delta, 0.05, 'what is promised is all of it');
  }
  t.true(two >= 2);
});

test('the first path loses nothing by it: it allows as many errors as with all of delta', (t) => {
  for (let n = 150; n < 2_000; n += 7) {
    const used = 0.05 - spareOf(n);
    t.is(allowedErrors(n, 0.02, used + 1e-15), allowedErrors(n, 0.02, 0.05));
  }
});

test('what is served is on one of the paths, and kept so in a file', async (t) => {
  const cascade = await tuneGaussian(1_500, 3);
  t.is(cascade.certificate.verdict, 'certified');
  t.true(cascade.path.some((plan) => plan === cascade.plan));
  const chains = new Set(cascade.frontier.filter(({ step }) => step >= 0).map(({ path }) => path));
  t.true(chains.size >= 1);
  const file = join(await folderFor(t), 'two.cascade');
  await cascade.save(file, { evidence: true });
  const loaded = await Cascade.load<GaussianRow, string, 'cheap' | 'coarse' | 'rough' | 'fine'>(file, {
    features,
  });
  const fresh = worldOf(1_500, 77).rows;
  for (const epsilon of [0.01, 0.02, 0.04]) {
    const [here, there] = [cascade.retune({ epsilon }), loaded.retune({ epsilon })];
    t.deepEqual(there.plan, here.plan);
    t.deepEqual(await there.predict(fresh), { ...(await here.predict(fresh)), unchecked: true });
    t.deepEqual(there.path, here.path);
    const point = here.frontier.find((each) => each.epsilon === epsilon);
    if (point && point.step >= 0) t.is(here.plan.expected.cost, point.cost);
  }
  t.deepEqual(loaded.whatIf({}).plan, cascade.whatIf({}).plan);
  t.is((await loaded.certify(loaded.path, { rows: fresh })).certificate.verdict, 'certified');
});

test('of both paths the cheaper plan is served, and none that a path’s own tests refused', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const cascade = await tuneGaussian(1_200, seed);
    if (cascade.certificate.verdict !== 'certified') continue;
    const { lost, n, epsilon, delta } = cascade.certificate;
    t.true(binomialPValue(lost, n, epsilon) <= delta, `seed ${seed}: ${lost} of ${n}`);
    const fresh = worldOf(4_000, 100 + seed).rows;
    const [{ labels }, whole] = await Promise.all([cascade.predict(fresh), cascade.full.predict(fresh)]);
    const wrong = labels.filter((label, row) => label !== whole.labels[row]).length / 4_000;
    t.true(wrong < 0.03, `seed ${seed}: ${wrong}`);
  }
});
