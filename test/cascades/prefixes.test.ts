import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { gaussianWorld } from '../../datasets/index.js';
import { denseBlock, prefixOf } from '../../entries/extend.js';
import {
  Cascade,
  define,
  dense,
  gradientBoosting,
  type Learner,
  logisticRegression,
  type Model,
  type Profile,
  tune,
} from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import type { State } from '../../lib/util/state.js';
import { folderFor } from '../support/files.js';

type Row = { readonly cheap: Float32Array; readonly costly: Float32Array };

const flat = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
const featuresOf = (classes: number) =>
  define({
    cheap: dense(classes, (rows: readonly Row[]) => flat(rows.map((row) => row.cheap))),
    costly: dense(classes + 2, (rows: readonly Row[]) => flat(rows.map((row) => row.costly))),
  });
const features = featuresOf(2);

const cost = { cost: { ...FREE, perRow: 0.1 }, entries: 2, reads: [] };
/** Features cost next to nothing, trees nearly all: what is to be gained is gained by leaving them early. */
const profile: Profile<'cheap' | 'costly'> = {
  features: { cheap: { ...cost }, costly: { ...cost, cost: { ...FREE, perRow: 20 } } },
  transforms: {},
  models: {
    'gradient-boosting': { fixed: 0, perRow: 10, perEntry: 0, opening: 0.02 },
    'logistic-regression': { fixed: 0, perRow: 30, perEntry: 0 },
  },
  full: { ...FREE, perRow: 100 },
  opening: 0.01,
};

const world = gaussianWorld({ rows: 2_000, seed: 5, cheapShift: 1.5, costlyShift: 2, noise: 2 });
const { rows, labels } = world;
const options = {
  features,
  rows,
  labels,
  full: gradientBoosting({ rounds: 64, maxDepth: 3 }),
  bound: { loss: 'disagreement', epsilon: 0.03, delta: 0.05 },
  profile,
  seed: 3,
  // Of boosted trees, which is what takes time here, few are fitted.
  split: { folds: 2 },
} as const;

test('the full model is left after its first rounds, and gone on with, where that is cheapest', async (t) => {
  const cascade = await tune({ ...options, approximate: [logisticRegression()] });
  t.is(cascade.certificate.verdict, 'certified');
  const cuts = cascade.plan.stages.filter(({ target }) => target === 'full');
  t.true(cuts.length > 0, 'the case is one');
  for (const { prefix, features: read } of cuts) {
    t.deepEqual(read, ['cheap', 'costly']);
    t.is(prefix?.of, 64);
    t.true([4, 8, 16, 32].includes(prefix?.rounds ?? 0));
  }
  // All rows pay for the features; what a plan without cuts could do is more by far.
  t.true(cascade.plan.expected.speedup > 2);
  const full = await cascade.full.predict(rows);
  const answers = await cascade.predict(rows);
  const differ = answers.labels.filter((label, row) => label !== full.labels[row]).length;
  t.true(differ > 0 && differ < 0.03 * rows.length);
  // What leaves last was gone on with, and says what the full model says in one go.
  answers.exits.forEach((exit, row) => {
    if (exit < cascade.plan.stages.length) return;
    t.is(answers.scores[2 * row], full.scores[2 * row]);
  });
  t.regex(cascade.summary(), /of 64\s+rounds/);
  t.regex(await cascade.report(), /of 64 rounds, on labels/);
});

test('cuts of an approximate ensemble are stages, saved once and loaded as they were', async (t) => {
  const cascade = await tune({
    ...options,
    profile: { ...profile, full: { ...FREE, perRow: 500 }, opening: 1 },
    approximate: [gradientBoosting({ rounds: 32, maxDepth: 3 })],
  });
  const { stages } = cascade.plan;
  t.true(
    stages.some(({ prefix, target }) => prefix?.of === 32 && target !== 'full'),
    'the case is one',
  );
  const path = join(await folderFor(t), 'cut.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load(path, { features });
  t.deepEqual(loaded.plan, cascade.plan);
  t.deepEqual(loaded.predictSync(rows), { ...cascade.predictSync(rows), unchecked: true });
  t.deepEqual(loaded.retune({ epsilon: 0.05 }).plan, cascade.retune({ epsilon: 0.05 }).plan);
  t.deepEqual(loaded.whatIf({ objective: 'latency' }).plan, cascade.whatIf({ objective: 'latency' }).plan);
  const again = join(await folderFor(t), 'again.cascade');
  await loaded.save(again, { evidence: true });
  t.deepEqual(await readFile(again), await readFile(path));

  const { rows: some, labels: theirs } = gaussianWorld({
    rows: 1_500,
    seed: 6,
    cheapShift: 1.5,
    costlyShift: 2,
    noise: 2,
  });
  const plan = { ...cascade.plan, stages: stages.slice(0, 1) };
  const certified = await loaded.certify([plan], { rows: some, labels: theirs });
  t.is(certified.certificate.verdict, 'certified');
  const elsewhere = { ...plan, stages: [{ ...stages[0], prefix: { rounds: 31, of: 32 } }] };
  await t.throwsAsync(loaded.certify([elsewhere], { rows: some }), {
    code: 'OPTION',
    message: /left after 31 rounds, which is none of this/,
  });
});

test('where trees are a small part of what a stage costs, no cut is tried', async (t) => {
  const dear = { ...cost, cost: { ...FREE, perRow: 1_000 } };
  const cascade = await tune({
    ...options,
    profile: {
      ...profile,
      features: { cheap: dear, costly: { ...dear, cost: { ...FREE, perRow: 50_000 } } },
    },
    approximate: [gradientBoosting({ rounds: 32, maxDepth: 3 })],
  });
  t.true(cascade.plan.stages.length > 0);
  t.true(cascade.plan.stages.every(({ prefix }) => prefix === null));
});

test('for more than two classes no cut is tried, of the full model or others', async (t) => {
  const three = gaussianWorld({
    rows: 1_000,
    seed: 5,
    classes: 3,
    cheapShift: 1.5,
    costlyShift: 2,
    noise: 2,
  });
  const cascade = await tune({
    ...options,
    features: featuresOf(3),
    rows: three.rows,
    labels: three.labels,
    approximate: [logisticRegression(), gradientBoosting({ rounds: 32, maxDepth: 3 })],
    bound: { ...options.bound, epsilon: 0.1 },
  });
  t.true(cascade.plan.stages.length > 0, 'the case is one');
  t.true(cascade.plan.stages.every(({ prefix, target }) => prefix === null && target !== 'full'));
});

/** A boosted model that somebody trained elsewhere, on the costly features first. */
async function given() {
  const { rows: others, labels: theirs } = gaussianWorld({
    rows: 3_000,
    seed: 9,
    cheapShift: 1.5,
    costlyShift: 2,
    noise: 2,
  });
  const classes = [...new Set(theirs)];
  const model = await gradientBoosting({ rounds: 64, maxDepth: 3 }).fit(
    {
      features: ['costly', 'cheap'],
      blocks: [
        denseBlock(others.length, 4, flat(others.map((row) => row.costly))),
        denseBlock(others.length, 2, flat(others.map((row) => row.cheap))),
      ],
      rows: others.length,
      classes: 2,
      labels: Int32Array.from(theirs, (label) => classes.indexOf(label)),
    },
    { seed: 1 },
  );
  return { ...model, labels: classes, reads: ['costly', 'cheap'] as const };
}

test('a full model that was given trained is left early, in whatever order it reads features', async (t) => {
  const full = await given();
  const cascade = await tune({ ...options, full });
  t.true(
    cascade.plan.stages.some(({ target }) => target === 'full'),
    'the case is one',
  );
  const path = join(await folderFor(t), 'given.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load(path, { features, full });
  t.deepEqual(loaded.predictSync(rows), { ...cascade.predictSync(rows), unchecked: true });
  t.deepEqual(loaded.retune({ epsilon: 0.05 }).plan, cascade.retune({ epsilon: 0.05 }).plan);
  t.deepEqual(loaded.explore(cascade.plan).plan.stages, cascade.plan.stages);
});

test('a full model with a score of its own answers what falls through by it', async (t) => {
  const trees = await given();
  // Somebody put another judgement on top of the trees.
  const full = {
    ...trees,
    score(blocks: Parameters<typeof trees.score>[0], out: Float64Array) {
      trees.score(blocks, out);
      for (let i = 0; i < 2 * blocks[0].rows; i += 2) {
        if (Math.abs(out[i] - 0.5) < 0.2) out.subarray(i, i + 2).reverse();
      }
    },
  };
  const cascade = await tune({ ...options, full, bound: { ...options.bound, epsilon: 0.05 } });
  const { labels: answers, exits } = cascade.predictSync(rows);
  const whole = (await cascade.full.predict(rows)).labels;
  const through = answers.flatMap((answer, row) =>
    exits[row] === cascade.plan.stages.length ? [Number(answer !== whole[row])] : [],
  );
  t.true(through.length > 0, 'the case is one');
  t.is(
    through.reduce((sum, differs) => sum + differs, 0),
    0,
  );
});

test('what can no longer be left early isn’t loaded as something else, nor is a prefix saved as all of its rounds', async (t) => {
  const trees = gradientBoosting({ rounds: 32, maxDepth: 3 });
  const tuned = (learner: Learner) =>
    tune({
      ...options,
      rows: rows.slice(0, 1_500),
      labels: labels.slice(0, 1_500),
      profile: {
        ...profile,
        models: { own: profile.models['gradient-boosting'] },
        full: { ...FREE, perRow: 500 },
        opening: 1,
      },
      approximate: learner,
    });
  const folder = await folderFor(t);

  const cut = await tuned({ ...trees, name: 'own' });
  t.true(
    cut.plan.stages.some((stage) => stage.prefix !== null),
    'the case is one',
  );
  await cut.save(join(folder, 'cut'));
  const load = (state: State): Model => {
    const { name, classes, score } = trees.load(state);
    return { name, classes, score };
  };
  const learners = [{ ...trees, name: 'own', load }];
  await t.throwsAsync(Cascade.load(join(folder, 'cut'), { features, learners }), {
    code: 'ARTIFACT',
    message: /stage \d is the first \d+ rounds/,
  });

  const prefix = await tuned({
    ...trees,
    name: 'own',
    async fit(set, context) {
      return prefixOf(await trees.fit(set, context), 8);
    },
  });
  t.true(prefix.plan.stages.length > 0, 'the case is one');
  await t.throwsAsync(prefix.save(join(folder, 'prefix')), { code: 'ARTIFACT', message: /no state/ });
});

test('where a full model stopped early, its cuts are parts of its own rounds, not of those of its folds', async (t) => {
  const stopping = gradientBoosting({ rounds: 300, maxDepth: 3, earlyStopping: { patience: 5 } });
  const counts: number[] = [];
  const cascade = await tune({
    ...options,
    rows: rows.slice(0, 1_500),
    labels: labels.slice(0, 1_500),
    full: {
      ...stopping,
      async fit(set, context) {
        const model = await stopping.fit(set, context);
        counts.push(model.rounds);
        return model;
      },
    },
    approximate: logisticRegression(),
  });
  const [own, ...folds] = counts;
  t.true(cascade.plan.stages.length > 0 && Math.max(...folds) > own, 'the case is one');
  for (const { prefix } of cascade.plan.stages) t.is(prefix?.of, own);
});
