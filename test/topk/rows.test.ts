import test from 'ava';
import { type RankedRow, rankingWorld } from '../../datasets/index.js';
import { tableRows } from '../../entries/data.js';
import { fromRows, pretrained } from '../../entries/full.js';
import { define, dense, OptionError, tuneTopK } from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import { profileOf } from '../support/agreement.js';
import { columnsOf } from '../support/columnsOf.js';
import { lastLearner, plainTopK, recallOf, training, tuneRanking } from './world.js';

/** Rankers whose full model reads candidates themselves. */

const features = define({
  fair: dense(1, (rows: readonly RankedRow[]) => Float32Array.from(rows, ({ fair }) => fair)),
});
const profile = { ...profileOf({ fair: 1 }, ['last']), full: { ...FREE, perRow: 100 } };

test('a function of rows ranks, each row once', async (t) => {
  const requested = new Map<RankedRow, number>();
  const full = fromRows({
    name: 'judge',
    score: async (rows: readonly RankedRow[]) => {
      for (const row of rows) requested.set(row, (requested.get(row) ?? 0) + 1);
      return rows.map(({ costly }) => costly);
    },
  });
  const queries = rankingWorld({ queries: 200, candidates: 50, seed: 3, noise: [0.1, 0.5] });
  const bound = { recall: 0.8, delta: 0.1 };
  const ranker = await tuneTopK({
    features,
    rows: training,
    full,
    approximate: lastLearner,
    profile,
    k: 10,
    seed: 1,
    queries,
    bound,
  });
  t.true(queries.flat().every((row) => requested.get(row) === 1));
  t.is(ranker.certificate.verdict, 'certified');

  const [candidates] = rankingWorld({ queries: 1, candidates: 50, seed: 7, noise: [0.1, 0.5] });
  const truth = plainTopK(
    candidates.map(({ costly }) => costly),
    10,
  );
  t.deepEqual([...(await ranker.full.query(candidates, 10)).indices], truth);
  const before = [...requested.values()].reduce((a, b) => a + b, 0);
  const { indices } = await ranker.query(candidates, 10);
  t.true(recallOf(indices, truth) >= 0.5);
  t.true([...requested.values()].reduce((a, b) => a + b, 0) - before < 50);
});

test('candidates that are rows of a table are ranked as plain objects are', async (t) => {
  const queries = rankingWorld({ queries: 60, candidates: 30, seed: 4 });
  const table = tableRows<RankedRow>(columnsOf([...training, ...queries.flat()]));
  const views = queries.map((_, q) => table.slice(training.length + 30 * q, training.length + 30 * (q + 1)));
  const bound = { recall: 0.8, delta: 0.2 };
  const k = 5;
  const byObjects = await tuneRanking({ queries, bound, k });
  const byViews = await tuneRanking({ queries: views, rows: table.slice(0, training.length), bound, k });
  t.deepEqual(byViews.plan, byObjects.plan);
  t.deepEqual(byViews.certificate, byObjects.certificate);
  t.deepEqual(await byViews.query(views[0], k), await byObjects.query(queries[0], k));
});

test('a stage of rows is refused', async (t) => {
  const judge = fromRows({ name: 'judge', labels: ['a', 'b'], score: () => [] });
  const tuned = tuneTopK({
    features,
    rows: training,
    labels: training.map((_, i) => (i % 2 === 0 ? 'a' : 'b')),
    full: judge,
    approximate: pretrained(judge),
    k: 10,
    queries: rankingWorld({ queries: 20, candidates: 50, seed: 3, noise: [0.1, 0.5] }),
    bound: { recall: 0.8, delta: 0.1 },
    rankBy: 'b',
  } as never);
  await t.throwsAsync(tuned, {
    instanceOf: OptionError,
    message: /'approximate': judge reads rows|'rankBy'/,
  });
});
