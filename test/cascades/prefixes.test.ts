import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { gaussianWorld } from '../../datasets/index.js';
import {
  Cascade,
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  type Profile,
  tune,
} from '../../index.js';
import { FREE } from '../../lib/profile/index.js';
import { folderFor } from '../support/files.js';

type Row = { readonly cheap: Float32Array; readonly costly: Float32Array };

const flat = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
const features = define({
  cheap: dense(2, (rows: readonly Row[]) => flat(rows.map((row) => row.cheap))),
  costly: dense(4, (rows: readonly Row[]) => flat(rows.map((row) => row.costly))),
});

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

const world = gaussianWorld({ rows: 4_000, seed: 5, cheapShift: 1.5, costlyShift: 2, noise: 2 });
const { rows, labels } = world;
const options = {
  features,
  rows,
  labels,
  full: gradientBoosting({ rounds: 64, maxDepth: 3 }),
  bound: { loss: 'disagreement', epsilon: 0.03, delta: 0.05 },
  profile,
  seed: 3,
} as const;

test('the full model is left after its first rounds, and gone on with, where that is cheapest', async (t) => {
  const cascade = await tune({ ...options, approximate: [logisticRegression()] });
  t.is(cascade.certificate.verdict, 'certified');
  const cuts = cascade.plan.stages.filter(({ target }) => target === 'full');
  t.true(cuts.length > 0, 'the case is one');
  for (const { cut, features: read } of cuts) {
    t.deepEqual(read, ['cheap', 'costly']);
    t.is(cut?.of, 64);
    t.true([4, 8, 16, 32].includes(cut?.rounds ?? 0));
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
    stages.some(({ cut, target }) => cut?.of === 32 && target !== 'full'),
    'the case is one',
  );
  const path = join(await folderFor(t), 'cut.cascade');
  await cascade.save(path, { evidence: true });
  const loaded = await Cascade.load(path, { features });
  t.deepEqual(loaded.plan, cascade.plan);
  t.deepEqual(loaded.predictSync(rows), cascade.predictSync(rows));
  t.deepEqual(loaded.retune({ epsilon: 0.05 }).plan, cascade.retune({ epsilon: 0.05 }).plan);
  t.deepEqual(loaded.whatIf({ objective: 'latency' }).plan, cascade.whatIf({ objective: 'latency' }).plan);
  const again = join(await folderFor(t), 'again.cascade');
  await loaded.save(again, { evidence: true });
  t.deepEqual(await readFile(again), await readFile(path));

  const { rows: some, labels: theirs } = gaussianWorld({
    rows: 3_000,
    seed: 6,
    cheapShift: 1.5,
    costlyShift: 2,
    noise: 2,
  });
  const plan = { ...cascade.plan, stages: stages.slice(0, 1) };
  const certified = await loaded.certify([plan], { rows: some, labels: theirs });
  t.is(certified.certificate.verdict, 'certified');
  const elsewhere = { ...plan, stages: [{ ...stages[0], cut: { rounds: 31, of: 32 } }] };
  await t.throwsAsync(loaded.certify([elsewhere], { rows: some }), {
    code: 'OPTION',
    message: /none of this/,
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
  t.true(cascade.plan.stages.every(({ cut }) => cut === null));
});
