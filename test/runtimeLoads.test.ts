import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { define, dense, Cascade as Served } from 'spillway/runtime';
import {
  agreementWorld,
  type NumberRow,
  numberWorld,
  type RankedRow,
  rankingWorld,
} from '../datasets/index.js';
import { absoluteError, lookup, ridgeRegression, tune, tuneTopK } from '../index.js';
import { profileOf, sigmoidLearner, tuneWorld, worldsFeatures, worldsFull } from './support/agreement.js';
import { folderFor } from './support/files.js';
import { hastyClock } from './support/hastyClock.js';
import { servedNumbers } from './support/servedColumns.js';
import { servedTexts } from './support/servedTexts.js';
import { LEARNERS, NUMBER_LEARNERS, tuneForests, tuneNumbers, tuneServed } from './support/tuneServed.js';

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

test('a cascade over features of every kind answers bit for bit', async (t) => {
  const [learner] = LEARNERS;
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

test('a cascade of random forests answers bit for bit', async (t) => {
  const { rows, features, cascade } = await tuneForests();
  t.deepEqual(
    cascade.plan.stages.map(({ learner }) => learner),
    ['random-forest'],
  );
  const served = await Served.load(await bytesOf(t, cascade), { features });
  t.deepEqual(served.predictSync(rows), unchecked(cascade.predictSync(rows)));
  t.deepEqual(served.full.predictSync(rows), unchecked(cascade.full.predictSync(rows)));
});

for (const approximate of NUMBER_LEARNERS) {
  test(`a cascade of numbers, of ${approximate.name}, answers bit for bit`, async (t) => {
    const { rows, cascade } = await tuneNumbers(approximate);
    t.is(cascade.plan.stages[0]?.learner, approximate.name);
    const served = await Served.load(await bytesOf(t, cascade), { features: servedNumbers });
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
    cheap: servedNumbers.get('cheap'),
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
  await t.throwsAsync(
    Served.load<NumberRow>(bytes, { features: define({ cheap: servedNumbers.get('cheap') }) }),
    {
      code: 'ARTIFACT',
      message: /needs a lookup feature 'rest'; there are cheap/,
    },
  );
  await t.throwsAsync(Served.load(bytes, { features: servedNumbers }), {
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
  const ranker = await tuneTopK({
    features,
    rows,
    labels,
    queries,
    k: 8,
    full: ridgeRegression(),
    bound,
    clock: hastyClock,
  });
  await t.throwsAsync(Served.load(await bytesOf(t, ranker), { features }), {
    code: 'ARTIFACT',
    message: /holds no cascade.*of a ranker: load it with Ranker\.load of 'spillway'/,
  });
});
