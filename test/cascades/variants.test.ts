import test from 'ava';
import { agreementWorld, type GaussianRow, gaussianWorld } from '../../datasets/index.js';
import {
  define,
  dense,
  type Learner,
  logisticRegression,
  type Progress,
  type TuneOptions,
  tune,
} from '../../index.js';
import { OptionError } from '../../lib/errors.js';
import { profileOf, sigmoidLearner, tuneWorld, worldsFeatures } from '../support/agreement.js';

/** Three features of growing price and worth: the first columns, the second ones rounded, and the second ones. */
const features = define({
  cheap: dense(3, (rows: readonly GaussianRow[]) =>
    Float32Array.from(rows.flatMap(({ cheap }) => [...cheap])),
  ),
  rough: dense(3, (rows: readonly GaussianRow[]) =>
    Float32Array.from(rows.flatMap(({ costly }) => Array.from(costly, (value) => 2 * Math.round(value / 2)))),
  ),
  fine: dense(3, (rows: readonly GaussianRow[]) =>
    Float32Array.from(rows.flatMap(({ costly }) => [...costly])),
  ),
});

type Options = TuneOptions<GaussianRow, string, 'cheap' | 'rough' | 'fine'>;

const world = gaussianWorld({ rows: 2_500, seed: 1, classes: 3, cheapShift: 2.5, costlyShift: 4 });
const profile = profileOf({ cheap: 1, rough: 15, fine: 300 });

function tuneGaussian(options: Partial<Options> = {}) {
  return tune({
    features,
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression(),
    profile,
    bound: { loss: 'disagreement', epsilon: 0.02 },
    ...options,
  });
}

test('three classes and nested stages: each reads more than the one before, and rows leave at each', async (t) => {
  const { plan, certificate, predict, full } = await tuneGaussian().then((cascade) => ({
    plan: cascade.plan,
    certificate: cascade.certificate,
    predict: (rows: readonly GaussianRow[]) => cascade.predict(rows),
    full: cascade.full,
  }));
  t.is(certificate.verdict, 'certified');
  t.deepEqual(plan.classes, ['a', 'b', 'c']);
  t.deepEqual(
    plan.stages.map((stage) => stage.features),
    [['cheap'], ['cheap', 'rough']],
  );
  t.true(plan.stages.every(({ thresholds }) => thresholds.length === 3));
  const [first, second] = plan.stages;
  t.is(first.reach, 1);
  t.true(Math.abs(second.reach - (1 - first.exits)) < 1e-12);
  t.true(Math.abs(plan.full.reach - (second.reach - second.exits)) < 1e-12);
  const { cost, fullCost, speedup } = plan.expected;
  // Each part is paid by the rows that reach it, by hand from the profile.
  const models = [0.01 + 0.0001, 0.01 + 0.0002];
  const byHand = 1 + models[0] + second.reach * (15 + models[1]) + plan.full.reach * 300.02;
  t.true(Math.abs(cost - byHand) < 1e-9, `${cost}, ${byHand} by hand`);
  t.true(Math.abs(fullCost - 316.02) < 1e-9);
  t.is(speedup, fullCost / cost);

  const fresh = gaussianWorld({ rows: 20_000, seed: 2, classes: 3, cheapShift: 2.5, costlyShift: 4 });
  const { labels, exits } = await predict(fresh.rows);
  const whole = await full.predict(fresh.rows);
  const differ = labels.filter((label, row) => label !== whole.labels[row]).length;
  // Certified at 95 %: the true share is known from 20,000 rows to a tenth of a percent.
  t.true(differ / 20_000 < 0.02 + 0.003, `${differ} of 20,000 differ`);
  for (const [s, expected] of [first.exits, second.exits, plan.full.reach].entries()) {
    const share = exits.filter((exit) => exit === s).length / 20_000;
    t.true(Math.abs(share - expected) < 0.05, `${share} leave at ${s}, ${expected} expected`);
  }
  // And the full model is about as good as any can be.
  const right = whole.labels.filter((label, row) => label === fresh.labels[row]).length / 20_000;
  t.true(1 - right < world.bayesError.both * 1.5 + 0.003, `${right}`);
});

test('harm is promised where it is asked for', async (t) => {
  const { certificate, plan } = await tuneGaussian({ bound: { loss: 'harm', epsilon: 0.02, delta: 0.1 } });
  t.is(certificate.verdict, 'certified');
  t.like(certificate, { loss: 'harm', epsilon: 0.02, delta: 0.1 });
  t.true(plan.expected.speedup > 1);
});

test('of several learners the better one is taken', async (t) => {
  const lost: Learner = {
    ...sigmoidLearner,
    name: 'lost',
    fit: () => ({ name: 'lost', classes: 3, score: (_, out) => void out.fill(1 / 3) }),
  };
  const both = profileOf({ cheap: 1, rough: 15, fine: 300 }, ['lost', 'logistic-regression']);
  for (const approximate of [
    [lost, logisticRegression()],
    [logisticRegression(), lost],
  ]) {
    const { plan } = await tuneGaussian({ approximate, profile: both });
    t.true(plan.stages.length > 0);
    t.true(plan.stages.every(({ learner }) => learner === 'logistic-regression'));
  }
});

test('a full model given trained needs no labels: stages are fitted to its answers', async (t) => {
  const law = agreementWorld({ rows: 3_000, seed: 1 });
  const cascade = await tuneWorld(law, {
    approximate: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }),
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.is(cascade.certificate.loss, 'disagreement');
  t.is(cascade.plan.stages[0].target, 'answers');
  t.deepEqual(cascade.plan.full.features, ['costly']);
  // Of this world logistic regression finds the intended scores: answers are sure where |cheap| is large.
  const { exits } = await cascade.predict(law.rows);
  const sure = law.rows.filter((_, row) => exits[row] === 0).map(({ cheap }) => Math.abs(cheap));
  const unsure = law.rows.filter((_, row) => exits[row] === 1).map(({ cheap }) => Math.abs(cheap));
  t.true(Math.min(...sure) > 1 && Math.min(...unsure) < 0.1);
});

test('a budget too small for one fit of the full model is refused', async (t) => {
  const refused = await t.throwsAsync(tuneGaussian({ budget: 1 }), { instanceOf: OptionError });
  t.is(refused?.option, 'budget');
  t.regex(refused?.message ?? '', /too small for one fit of the full model/);
});

test('a budget of one fit is kept to: what was cut is said, and the verdict is as honest', async (t) => {
  const { certificate, summary, plan } = await tuneGaussian({ budget: { fits: 1 } }).then((cascade) => ({
    certificate: cascade.certificate,
    summary: cascade.summary(),
    plan: cascade.plan,
  }));
  t.true(['certified', 'full-model-only'].includes(certificate.verdict));
  t.true(plan.expected.cost <= plan.expected.fullCost);
  t.regex(summary, /To keep within the budget: 2 folds instead of 5/);
  t.regex(summary, /the search fitted on 1,000 rows instead of 1,500/);
  const unbound = await tuneGaussian();
  t.notRegex(unbound.summary(), /budget/);
  t.true(unbound.plan.expected.cost <= plan.expected.cost * 1.5, 'what is cut gains hardly anything');
});

test('a hundred fits of ten features cut folds first, then rows, then subsets, as the summary says', async (t) => {
  const names = Array.from({ length: 10 }, (_, i) => `f${i}`);
  const one = (index: number) =>
    dense(1, (rows: readonly GaussianRow[]) =>
      Float32Array.from(rows, ({ cheap, costly }) => [...cheap, ...costly][index % 6] + 0.1 * index),
    );
  const cascade = await tune({
    features: define(Object.fromEntries(names.map((name, index) => [name, one(index)]))),
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression({ l2: 1 }),
    profile: profileOf(Object.fromEntries(names.map((name, index) => [name, 1 + index]))),
    bound: { loss: 'disagreement', epsilon: 0.02 },
    budget: { fits: 100 },
  });
  const summary = cascade.summary();
  t.deepEqual(summary.match(/\d folds instead of \d/g), ['2 folds instead of 5']);
  // Of one column a fit takes nearly as many multiplications as of ten: 64 subsets with two targets aren't in a hundred.
  const [, tried, of] = summary.match(/(\d+) subsets tried instead of (\d+)/) ?? [];
  t.true(Number(tried) >= 30 && Number(tried) < Number(of), summary);
});

test('by price, a stage is worth it where it saves money, whatever its time', async (t) => {
  const law = agreementWorld({ rows: 2_000, seed: 3 });
  const priced = (cheap: number, costly: number) => {
    const slow = profileOf({ cheap: 1_000, costly: 1 }, ['sigmoid']);
    const { features: times } = slow;
    return {
      ...slow,
      features: {
        cheap: { ...times.cheap, cost: { ...times.cheap.cost, price: cheap } },
        costly: { ...times.costly, cost: { ...times.costly.cost, price: costly } },
      },
    };
  };
  const { certificate, plan } = await tuneWorld(law, { objective: 'price', profile: priced(0.001, 1) });
  t.is(certificate.verdict, 'certified');
  t.is(plan.expected.fullCost, 1);
  t.true(Math.abs(plan.expected.cost - (0.001 + plan.full.reach)) < 1e-12);
  const dear = await tuneWorld(law, { objective: 'price', profile: priced(0.9, 1) });
  t.is(dear.certificate.verdict, 'full-model-only');
  const time = await tuneWorld(law, { objective: 'throughput', profile: priced(0.001, 1) });
  t.is(time.certificate.verdict, 'full-model-only', 'and it costs time');
});

test('by latency a waiting feature counts; by throughput it costs next to nothing', async (t) => {
  const law = agreementWorld({ rows: 2_000, seed: 4 });
  const base = profileOf({ cheap: 1, costly: 1_000 }, ['sigmoid']);
  const waiting = {
    ...base,
    features: {
      ...base.features,
      costly: { ...base.features.costly, cost: { ...base.features.costly.cost, wait: 0.9999 } },
    },
  };
  const latency = await tuneWorld(law, { objective: 'latency', profile: waiting });
  t.is(latency.certificate.verdict, 'certified');
  t.true(latency.plan.expected.fullCost > 1_000);
  const throughput = await tuneWorld(law, { objective: 'throughput', profile: waiting });
  t.is(throughput.certificate.verdict, 'full-model-only');
  t.true(throughput.plan.expected.fullCost < 1);
});

test('without a profile features and models are measured, by the clock that is given', async (t) => {
  const law = agreementWorld({ rows: 1_000, seed: 5 });
  let now = 0;
  const steps = new Set<Progress['step']>();
  const { profile: measured, certificate } = await tune({
    features: worldsFeatures,
    rows: law.rows,
    labels: law.labels,
    full: logisticRegression(),
    bound: { epsilon: 0.05 },
    clock: { now: () => (now += 0.125) },
    onProgress: ({ step }) => steps.add(step),
  });
  t.true(steps.has('profile'));
  t.deepEqual(Object.keys(measured.features), ['cheap', 'costly']);
  t.deepEqual(Object.keys(measured.models), ['logistic-regression']);
  // Everything takes an eighth of a millisecond by that clock: nothing is cheaper than the whole.
  t.is(measured.features.cheap.cost.fixed + measured.features.cheap.cost.perRow > 0, true);
  t.deepEqual(measured.features.cheap.cost, measured.features.costly.cost);
  t.true((measured.features.costly.importance?.mean ?? 0) > 0.2, 'its labels are its sign');
  t.true(Math.abs(measured.features.cheap.importance?.mean ?? 1) < 0.05, 'and nothing is left for the other');
  t.is(certificate.verdict, 'full-model-only');
});
