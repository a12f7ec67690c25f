import { median } from 'simple-statistics';
import { gradientBoosting, type Model } from 'spillway';
import { type BoostedModel, denseBlock } from 'spillway/extend';
import { type Block, type DenseBlock, gather } from '../../lib/data/blocks/index.js';
import { bettingPValue, random } from '../../lib/stats/index.js';
import { type Cut, kept } from '../../topk/cuts/index.js';
import { type PruningPlan, planPruning, prunedTopK, trees } from '../../topk/pruning/index.js';
import { topK } from '../../topk/select/index.js';
import { atLeast, atMost, type Check, columns } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave } from '../harness/measure.js';
import { generatedRows } from '../learners/data.js';

const TREES = 200;
const N = 5_000;
const K = 10;
/** The small model of a stage ahead of the full one, fitted by squares to the full model's log-odds. */
const STAGE = { loss: 'squared', rounds: 10, maxLeaves: 16, learningRate: 0.3 } as const;
const STAGE_ROWS = 20_000;
/** How many times K a cut after the stage keeps, from conservative to aggressive. */
const RATIOS = [128, 96, 72, 54, 40, 30, 22, 16];
const RECALL = 0.999;
const DELTA = 0.05;
const CERTIFICATION_QUERIES = 4_000;
/** Leaves a tree: by default the learner's are of 31. */
const LEAVES = [31, 16, 8];

/**
 * The ten best of 5,000 by 200 trees: candidates dropped by bounds on what the remaining trees can
 * still add, and by an ordinary cut after a small model, certified at a recall of .999; beside
 * scoring all.
 */
export const exact: Workload = {
  async run({ quick, log }) {
    const results: Result[] = [];
    for (const leaves of quick ? LEAVES.slice(0, 1) : LEAVES) {
      log(`trees of ${leaves} leaves`);
      results.push(await measure(leaves, quick));
    }
    log('no order to find');
    const hopeless = await measureHopeless(quick);
    const json = {
      workload: 'exact',
      quick,
      machine: machine(),
      versions: versions(),
      trees: TREES,
      candidates: N,
      k: K,
      certificationQueries: CERTIFICATION_QUERIES,
      results,
      hopeless,
      checks: [
        ...results.flatMap((result) => checksOf(result, quick)),
        atMost('scores that are alike: time over scoring all', hopeless, 1.05),
      ],
    };
    const table = columns([
      ['leaves', 'uncut', 'cuts', 'speedup', 'recall', 'stage keeps', 'speedup', 'recall', 'certified'],
      ...results.map(({ leaves, uncut, sure, stage }) => [
        String(leaves),
        `${uncut.toFixed(2)}x`,
        sure.cuts.join(' '),
        `${sure.speedup.toFixed(2)}x`,
        sure.recall.toFixed(4),
        String(stage.keeps),
        `${stage.speedup.toFixed(2)}x`,
        stage.recall.toFixed(4),
        stage.certified.toFixed(5),
      ]),
    ]);
    return { json, table };
  },
};

interface Mode {
  readonly speedup: number;
  /** Mean over the queries. */
  readonly recall: number;
}

interface Result {
  readonly leaves: number;
  /**
   * With every candidate's trees summed in passes, and no cut: the gain of the passes by
   * themselves.
   */
  readonly uncut: number;
  readonly sure: Mode & { readonly cuts: readonly number[]; readonly expected: number };
  /** `certified`: the mean recall is at least this, by the betting bound on queries of their own. */
  readonly stage: Mode & {
    readonly keeps: number;
    readonly certified: number;
  };
}

async function measure(leaves: number, quick: boolean): Promise<Result> {
  const known = quick ? 4_000 : 20_000;
  const tuned = quick ? 10_000 : 50_000;
  const pool = quick ? 10_000 : 400_000;
  const queries = quick ? 4 : 24;
  const { columns: width, train, labels, test } = generatedRows(1, known, tuned + pool + queries * N);
  const model: BoostedModel = await gradientBoosting({ rounds: TREES, maxLeaves: leaves }).fit(
    { blocks: [denseBlock(known, width, train)], rows: known, classes: 2, labels },
    { seed: 1 },
  );
  const some = (from: number, rows: number) =>
    denseBlock(rows, width, test.subarray(from * width, (from + rows) * width));
  const additive = trees(model);
  const pruning = planPruning(additive, [some(0, tuned)], { k: K, candidates: N });
  const small = await stageOf(model, some(0, Math.min(STAGE_ROWS, tuned)));
  const { cut, certified } = await mostAggressive(model, small, some(tuned, pool));

  const requested = Array.from({ length: queries }, (_, q) => some(tuned + pool + q * N, N));
  const plain = (block: DenseBlock) => topK(scoresOf(model, block), K);
  const bounded = (block: DenseBlock) => prunedTopK(additive, [block], K, pruning).indices;
  const staged = (block: DenseBlock) => {
    const left = kept(cut, scoresOf(small, block), K, N);
    return topK(scoresOf(model, gather(block, left)), K).map((place) => left[place]);
  };
  const truth = requested.map(plain);
  const recallOf = (answer: (block: DenseBlock) => Int32Array) =>
    requested.reduce((found, block, q) => found + overlap(answer(block), truth[q]), 0) / (K * queries);
  for (const [q, block] of requested.entries()) {
    if (bounded(block).join() !== truth[q].join())
      throw new Error(`query ${q}: the exact answer is another one`);
  }
  // One query after the other, each in turn by all of them; a ratio is the median of the queries'.
  const uncut: PruningPlan = { cuts: [], most: [], cost: 1 };
  const ratios: number[][] = [[], [], []];
  for (const block of requested) {
    const times = await interleave(
      [
        () => plain(block),
        () => bounded(block),
        () => staged(block),
        () => prunedTopK(additive, [block], K, uncut),
      ],
      quick ? 3 : 7,
    );
    const [all, ...others] = times.map(median);
    others.forEach((time, i) => {
      ratios[i].push(all / time);
    });
  }
  const [sure, stage, whole] = ratios.map(median);
  return {
    leaves,
    uncut: whole,
    sure: { cuts: pruning.cuts, expected: 1 / pruning.cost, speedup: sure, recall: recallOf(bounded) },
    stage: { keeps: cut.keep * K, speedup: stage, recall: recallOf(staged), certified },
  };
}

/** The probability of the second class, or the number of a regression. */
function scoresOf(model: Pick<Model, 'classes' | 'score'>, block: Block): Float64Array {
  const { classes } = model;
  const scores = new Float64Array(block.rows * classes);
  model.score([block], scores);
  if (classes === 1) return scores;
  return Float64Array.from({ length: block.rows }, (_, row) => scores[row * classes + classes - 1]);
}

async function stageOf(model: BoostedModel, block: DenseBlock): Promise<BoostedModel> {
  const values = new Float64Array(block.rows);
  model.begin(block.rows, values);
  model.advance([block], values, 0, model.rounds);
  const set = { blocks: [block], rows: block.rows, classes: 1, labels: new Int32Array(0), values };
  return gradientBoosting(STAGE).fit(set, { seed: 0 });
}

type Ratio = Extract<Cut, { kind: 'ratio' }>;

/** The most aggressive cut that a fixed sequence certifies; the most conservative one where none is. */
async function mostAggressive(model: BoostedModel, small: BoostedModel, pool: DenseBlock) {
  const [whole, guesses] = [scoresOf(model, pool), scoresOf(small, pool)];
  const tested = (keep: number) => {
    const cut: Ratio = { kind: 'ratio', keep };
    return { cut, certified: certify(cut, whole, guesses) };
  };
  let last = tested(RATIOS[0]);
  for (const keep of RATIOS.slice(1)) {
    const next = tested(keep);
    if (next.certified < RECALL) break;
    last = next;
  }
  return last;
}

/** Queries drawn from a pool of rows that chose nothing; their scores are computed once and looked up. */
function certify(cut: Cut, whole: Float64Array, guesses: Float64Array): number {
  const draws = random(1).fork('exact');
  const order = Int32Array.from(whole.keys());
  const losses = new Float64Array(CERTIFICATION_QUERIES);
  for (let q = 0; q < losses.length; q++) {
    for (let i = 0; i < N; i++) {
      const j = i + draws.integer(order.length - i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    const drawn = order.subarray(0, N);
    const truth = topK(
      Float64Array.from(drawn, (row) => whole[row]),
      K,
    );
    const left = kept(
      cut,
      Float64Array.from(drawn, (row) => guesses[row]),
      K,
      N,
    );
    losses[q] = 1 - overlap(left, truth) / K;
  }
  return 1 - upperLoss(losses);
}

/** The least mean loss that these refute. */
function upperLoss(losses: Float64Array): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (bettingPValue(losses, middle, DELTA) <= DELTA) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * A model that scores all candidates alike, with cuts made for one that doesn't: the cost of
 * trying.
 */
async function measureHopeless(quick: boolean): Promise<number> {
  const rows = quick ? 2_000 : 8_000;
  const { columns: width, train, test } = generatedRows(2, rows, N);
  const draws = random(3);
  const labels = Int32Array.from({ length: rows }, () => draws.integer(2));
  const model: BoostedModel = await gradientBoosting({ rounds: TREES, learningRate: 0.01 }).fit(
    { blocks: [denseBlock(rows, width, train)], rows, classes: 2, labels },
    { seed: 1 },
  );
  const additive = trees(model);
  const half = TREES / 2;
  const wrong: PruningPlan = { cuts: [half], most: [additive.most[half]], cost: 0.5 };
  const block = denseBlock(N, width, test);
  const [all, tried] = await interleave(
    [() => topK(scoresOf(model, block), K), () => prunedTopK(additive, [block], K, wrong)],
    quick ? 9 : 41,
  );
  return median(tried.map((time, i) => time / all[i]));
}

function overlap(found: Int32Array, wanted: Int32Array): number {
  const all = new Set(wanted);
  return found.reduce((count, index) => count + (all.has(index) ? 1 : 0), 0);
}

/** The figures are of the trees that the learner grows by default. Quick stages learn from fewer rows and keep more candidates. */
function checksOf({ leaves, sure, stage }: Result, quick: boolean): Check[] {
  const exact = atLeast(`${leaves} leaves, exact: recall`, sure.recall, 1);
  const certified = atLeast(`${leaves} leaves, stage: certified recall`, stage.certified, RECALL);
  if (leaves !== LEAVES[0]) return [exact, certified];
  return [
    atLeast(`${leaves} leaves, exact: speedup`, sure.speedup, 1.2),
    exact,
    atLeast(`${leaves} leaves, stage: speedup`, stage.speedup, quick ? 2 : 3),
    certified,
  ];
}
