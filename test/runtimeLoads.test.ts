import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { define, dense, Cascade as Served } from 'spillway/runtime';
import {
  agreementWorld,
  type GaussianRow,
  gaussianWorld,
  type NumberRow,
  numberWorld,
  type RankedRow,
  rankingWorld,
} from '../datasets/index.js';
import {
  absoluteError,
  gradientBoosting,
  lookup,
  randomForest,
  ridgeRegression,
  tune,
  tuneTopK,
} from '../index.js';
import { profileOf, sigmoidLearner, tuneWorld, worldsFeatures, worldsFull } from './support/agreement.js';
import { folderFor } from './support/files.js';
import { servedTexts } from './support/servedTexts.js';
import { LEARNERS, tuneServed } from './support/tuneServed.js';

/** Whatever a cascade is made of, the bundle of `spillway/runtime` answers as it does, or says what it lacks. */

interface Savable {
  save(path: string): Promise<void>;
}

/** As answers of a loaded file are, where nothing was there to compare features with. */
function unchecked<Answers extends object>(answers: Answers): Answers {
  return { ...answers, unchecked: true };
}

/** What a page would fetch. */
async function bytesOf(t: ExecutionContext, made: Savable): Promise<Uint8Array> {
  const path = join(await folderFor(t), 'a.cascade');
  await made.save(path);
  return readFile(path);
}

for (const learner of LEARNERS) {
  test(`a cascade of ${learner.name} over features of every kind answers bit for bit`, async (t) => {
    const { cascade, rows } = await tuneServed(learner);
    t.is(cascade.certificate.verdict, 'certified');
    t.deepEqual([...new Set(cascade.plan.stages.map((stage) => stage.learner))], [learner.name]);
    const served = await Served.load(await bytesOf(t, cascade), { features: servedTexts });
    const answers = await cascade.predict(rows);
    t.true(new Set(answers.exits).size > 1, 'rows leave at several stages');
    t.deepEqual(await served.predict(rows), unchecked(answers));
    t.deepEqual(served.predictSync(rows), unchecked(answers));
    t.deepEqual(await served.full.predict(rows), unchecked(await cascade.full.predict(rows)));
    t.deepEqual(await served.predictOne(rows[7]), unchecked(await cascade.predictOne(rows[7])));
    t.deepEqual(served.predictOneSync(rows[7]), unchecked(cascade.predictOneSync(rows[7])));
  });
}

test('a cascade of random forests answers bit for bit', async (t) => {
  const { rows, labels } = gaussianWorld({ rows: 600, seed: 1 });
  const flat = (all: readonly Float32Array[]) => Float32Array.from(all.flatMap((values) => [...values]));
  const features = define({
    cheap: dense(2, (all: readonly GaussianRow[]) => flat(all.map((row) => row.cheap))),
    costly: dense(2, (all: readonly GaussianRow[]) => flat(all.map((row) => row.costly))),
  });
  const cascade = await tune({
    features,
    rows,
    labels,
    full: randomForest({ trees: 10 }),
    profile: profileOf({ cheap: 1, costly: 100 }, ['random-forest']),
    bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.05 },
    split: { folds: 2 },
    seed: 1,
  });
  t.deepEqual(
    cascade.plan.stages.map(({ learner }) => learner),
    ['random-forest'],
  );
  const served = await Served.load(await bytesOf(t, cascade), { features });
  t.deepEqual(served.predictSync(rows), unchecked(cascade.predictSync(rows)));
  t.deepEqual(served.full.predictSync(rows), unchecked(cascade.full.predictSync(rows)));
});

const columns = define({
  cheap: dense(2, (rows: readonly NumberRow[]) =>
    Float32Array.from(rows.flatMap(({ base, doubt }) => [base, doubt])),
  ),
  rest: dense(1, (rows: readonly NumberRow[]) => Float32Array.from(rows, ({ rest }) => rest)),
});

for (const approximate of [ridgeRegression(), gradientBoosting({ loss: 'squared', rounds: 20 })]) {
  test(`a cascade of numbers, of ${approximate.name}, answers bit for bit`, async (t) => {
    const { rows, labels } = numberWorld({ rows: 3_000, seed: 1 });
    const cascade = await tune({
      features: columns,
      rows,
      labels,
      full: ridgeRegression(),
      approximate: [approximate],
      profile: profileOf({ cheap: 1, rest: 100 }, ['ridge-regression', approximate.name]),
      bound: { loss: absoluteError(4), epsilon: 0.1, delta: 0.05 },
      seed: 1,
    });
    t.is(cascade.plan.stages[0]?.learner, approximate.name);
    const served = await Served.load(await bytesOf(t, cascade), { features: columns });
    t.deepEqual(served.predictSync(rows), unchecked(cascade.predictSync(rows)));
  });
}

test('a full model and models of one’s own are asked for by name', async (t) => {
  const { rows } = agreementWorld({ rows: 1_500, seed: 1 });
  const bytes = await bytesOf(t, await tuneWorld({ rows }));
  const features = worldsFeatures;
  await t.throwsAsync(Served.load(bytes, { features, learners: [sigmoidLearner] }), {
    code: 'OPTION',
    message: /option 'full': .*made with a trained full model \(full\); pass it again/,
  });
  await t.throwsAsync(Served.load(bytes, { features, full: worldsFull }), {
    code: 'OPTION',
    message: /option 'learners': .*holds a model of 'sigmoid'.*pass that learner, with load\(\)/,
  });
});

test('a lookup, which the runtime has not, is named; that of spillway does', async (t) => {
  const { rows, labels } = numberWorld({ rows: 3_000, seed: 1 });
  const rest = (row: NumberRow) => row.rest;
  const features = define({
    cheap: columns.get('cheap'),
    rest: lookup({ key: rest, fetch: async (keys) => new Map(keys.map((key) => [key, [key]])), width: 1 }),
  });
  const cascade = await tune({
    features,
    rows,
    labels,
    full: ridgeRegression(),
    profile: profileOf({ cheap: 1, rest: 100 }, ['ridge-regression']),
    bound: { loss: absoluteError(4), epsilon: 0.1, delta: 0.05 },
    seed: 1,
  });
  const bytes = await bytesOf(t, cascade);
  await t.throwsAsync(Served.load<NumberRow>(bytes, { features: define({ cheap: columns.get('cheap') }) }), {
    code: 'ARTIFACT',
    message: /needs a lookup feature 'rest'; there are cheap/,
  });
  await t.throwsAsync(Served.load(bytes, { features: columns }), {
    code: 'ARTIFACT',
    message: /'rest' is a dense feature now, was lookup: define it as it was/,
  });
  const served = await Served.load(bytes, { features });
  t.deepEqual(await served.predict(rows), unchecked(await cascade.predict(rows)));
  await t.throwsAsync(async () => served.full.predictSync(rows), { code: 'ASYNC' });
});

test('the file of a ranker is sent to what loads rankers', async (t) => {
  const queries = rankingWorld({ queries: 160, candidates: 80, seed: 41 });
  const [rows] = rankingWorld({ queries: 1, candidates: 300, seed: 42 });
  const features = define({
    fair: dense(1, (all: readonly RankedRow[]) => Float32Array.from(all, (row) => row.fair)),
  });
  const labels = rows.map(({ fair }) => fair);
  const bound = { recall: 0.5 };
  const ranker = await tuneTopK({ features, rows, labels, queries, k: 8, full: ridgeRegression(), bound });
  await t.throwsAsync(Served.load(await bytesOf(t, ranker), { features }), {
    code: 'ARTIFACT',
    message: /holds no cascade.*of a ranker: load it with Ranker\.load of 'spillway'/,
  });
});
