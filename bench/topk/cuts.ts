import { logAverage } from 'simple-statistics';
import { define, dense, type Learner, tuneTopK } from 'spillway';
import { type RankedRow, rankingWorld } from 'spillway/datasets';
import type { Block } from 'spillway/extend';
import type { TrainedRegression } from 'spillway/full';
import type { TopKCut } from 'spillway/types';
import { atLeast } from '../harness/checks.js';
import { declaredProfile } from '../harness/declared.js';
import type { RunOptions, Workload } from '../harness/harness.js';

/**
 * The kind of cut that suits each kind of query: the cost of one stage alone with each, and the
 * plan that is served.
 */
export const topkCuts: Workload = { run };

type Kind = TopKCut['kind'];
const KINDS: readonly Kind[] = ['ratio', 'margin', 'learned'];
const SEEDS = 10;
const QUERIES = 300;

type World = (seed: number) => readonly { readonly candidates: readonly RankedRow[]; readonly k: number }[];

const alike = (more: Partial<Parameters<typeof rankingWorld>[0]>): World => {
  return (seed) =>
    rankingWorld({ queries: QUERIES, candidates: 400, seed, ...more }).map((candidates) => ({
      candidates,
      k: 20,
    }));
};

const WORLDS: Readonly<Record<string, World>> = {
  'queries all alike': alike({ noise: [0.3, 0.3] }),
  'noise from 0.05 to 0.6': alike({ noise: [0.05, 0.6] }),
  'spread from 0.3 to 3': alike({ noise: [0.3, 0.3], spread: [0.3, 3] }),
  '100 to 1,600 candidates, K from 2 to 40': (seed) =>
    rankingWorld({ queries: QUERIES, candidates: 1_600, seed, noise: [0.3, 0.3] }).map((candidates, q) => ({
      candidates: candidates.slice(0, 100 * 2 ** (q % 5)),
      k: [2, 6, 13, 40][q % 4],
    })),
};

const column = (of: (row: RankedRow) => number) =>
  dense(1, (rows: readonly RankedRow[]) => Float32Array.from(rows, of));
const features = define({
  rough: column(({ rough }) => rough),
  fair: column(({ fair }) => fair),
  costly: column(({ costly }) => costly),
});
/** Microseconds a candidate. */
const PROFILE = declaredProfile({ rough: 1, fair: 5, costly: 100 }, 1);

function scoreLast(blocks: readonly Block[], out: Float64Array): void {
  out.set(blocks[blocks.length - 1].values);
}
const last: Learner = {
  name: 'logistic-regression', // The name that the declared profile has.
  task: 'regression',
  work: () => 1,
  fit: () => ({ name: 'last', classes: 1, score: scoreLast }),
};
const full: TrainedRegression = {
  name: 'full',
  task: 'regression',
  classes: 1,
  reads: ['costly'],
  score: scoreLast,
};

async function run({ seeds, quick, log }: RunOptions) {
  const each = seeds ?? Array.from({ length: quick ? 2 : SEEDS }, (_, i) => i + 1);
  const worlds = [];
  for (const [world, make] of Object.entries(WORLDS)) {
    const found: Awaited<ReturnType<typeof costsOf>>[] = [];
    for (const seed of each) found.push(await costsOf(make(seed), seed));
    const alone = Object.fromEntries(
      KINDS.map((kind) => [kind, logAverage(found.map((one) => one.alone[kind]))]),
    );
    const kinds = found.map((one) => one.kinds.join(' > '));
    worlds.push({ world, alone, served: logAverage(found.map(({ served }) => served)), kinds });
    log(world);
  }
  const checks = worlds.map(({ world, alone, served }) =>
    atLeast(
      `${world}: the best kind alone, as a share of what is served`,
      Math.min(...Object.values(alone)) / served,
      1,
    ),
  );
  const table = worlds.map(
    ({ world, alone, served }) =>
      `${world}: ${KINDS.map((kind) => `${kind} ${alone[kind].toFixed(2)}`).join(', ')}; served ${served.toFixed(2)} µs a candidate`,
  );
  return { json: { workload: 'topk-cuts', worlds, checks }, table: table.join('\n') };
}

/**
 * The expected cost of a candidate: with the fair score alone, by kind, and by the plan that is
 * served.
 */
async function costsOf(queries: ReturnType<World>, seed: number) {
  const [rows] = rankingWorld({ queries: 1, candidates: 20, seed: 0 });
  const ranker = await tuneTopK({
    features,
    rows,
    full,
    approximate: last,
    queries,
    bound: { recall: 0.95 },
    profile: PROFILE,
    seed,
  });
  const fair = ranker.tried.find((stage) => stage.features.join() === 'fair');
  const [{ expected, stages }] = ranker.plan.bands;
  const alone = Object.fromEntries(KINDS.map((kind) => [kind, fair?.alone[kind] ?? expected.fullCost]));
  return { alone, served: expected.cost, kinds: stages.map(({ cut }) => cut.kind) };
}
