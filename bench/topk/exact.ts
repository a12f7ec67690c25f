import { type BoostedModel, denseBlock, gradientBoosting } from 'spillway';
import type { DenseBlock } from '../../lib/blocks/index.js';
import {
  type Adding,
  type Additive,
  candidatesOf,
  cheapestWay,
  type PlannedWay,
  type Pruning,
  prunedTopK,
  treeWays,
  type Way,
} from '../../lib/pruning/index.js';
import { topK } from '../../lib/select/index.js';
import { bettingPValue, random } from '../../lib/stats/index.js';
import { atLeast, atMost, type Check, columns } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, median } from '../harness/measure.js';
import { generatedRows } from '../learners/data.js';

const TREES = 200;
const N = 5_000;
const K = 10;
/** Of the best rows what may exceed a bound, from careful to bold: the last is served that is certified, as all before it. */
const SHARES = [0.0002, 0.001, 0.005, 0.02, 0.05];
const RECALL = 0.999;
const DELTA = 0.05;
/** Leaves a tree: by default the learner's are of 31. */
const LEAVES = [31, 16, 8];

/**
 * The ten best of 5,000 by 200 trees, candidates dropped by what the trees that are left can still add, and by what they do add to
 * nearly all of the best of some rows; beside scoring all.
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
      results,
      hopeless,
      checks: [
        ...results.flatMap(checksOf),
        atMost('scores that are alike: time over scoring all', hopeless, 1.05),
      ],
    };
    const table = columns([
      [
        'leaves',
        'uncut',
        'order',
        'cuts',
        'speedup',
        'recall',
        'quantiles: order',
        'cuts',
        'speedup',
        'recall',
        'certified',
      ],
      ...results.map(({ leaves, uncut, sure, quantile }) => [
        String(leaves),
        `${uncut.toFixed(2)}x`,
        sure.order,
        sure.cuts.join(' '),
        `${sure.speedup.toFixed(2)}x`,
        sure.recall.toFixed(4),
        quantile.order,
        quantile.cuts.join(' '),
        `${quantile.speedup.toFixed(2)}x`,
        quantile.recall.toFixed(4),
        quantile.certified.toFixed(5),
      ]),
    ]);
    return { json, table };
  },
};

interface Mode {
  readonly order: string;
  readonly cuts: readonly number[];
  readonly expected: number;
  readonly speedup: number;
  /** Mean over the queries. */
  readonly recall: number;
}

interface Result {
  readonly leaves: number;
  /** Of adding up every candidate's trees in passes, with no cut: what the way they are run gains by itself. */
  readonly uncut: number;
  readonly sure: Mode;
  /** `certified`: what mean recall is at least, by the betting bound on queries of their own. */
  readonly quantile: Mode & {
    readonly share: number;
    readonly certified: number;
    readonly certificationQueries: number;
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
  const cut = (from: number, rows: number) =>
    denseBlock(rows, width, test.subarray(from * width, (from + rows) * width));
  const ways = await treeWays(model, candidatesOf([cut(0, tuned)]), { isQuantile: true });
  const sure = best(ways);
  const { share, quantile, certified } = await boldest(ways, cut(tuned, pool), quick ? 300 : 4_000);

  const requested = Array.from({ length: queries }, (_, q) => [cut(tuned + pool + q * N, N)]);
  const scores = new Float64Array(2 * N);
  const plain = (blocks: (typeof requested)[number]) => {
    model.score(blocks, scores);
    return topK(
      Float64Array.from({ length: N }, (_, row) => scores[2 * row + 1]),
      K,
    );
  };
  const pruned = ({ additive, pruning }: PlannedWay, blocks: (typeof requested)[number]) =>
    prunedTopK(additive, candidatesOf(blocks), K, pruning);
  const truth = requested.map(plain);
  const recallOf = async (tuned: PlannedWay) => {
    let found = 0;
    for (const [q, blocks] of requested.entries())
      found += overlap((await pruned(tuned, blocks)).indices, truth[q]);
    return found / (K * queries);
  };
  const recalls = [await recallOf(sure), await recallOf(quantile)];
  for (const [q, blocks] of requested.entries()) {
    const { indices } = await pruned(sure, blocks);
    if (indices.join() !== truth[q].join()) throw new Error(`query ${q}: the exact answer is another one`);
  }
  // One query after the other, each in turn by all of them; a ratio is the median of the queries'.
  const uncut: Pruning = { cuts: [], most: [], sure: true, cost: 1 };
  const ratios: number[][] = [[], [], []];
  for (const blocks of requested) {
    const times = await interleave(
      [
        () => plain(blocks),
        () => pruned(sure, blocks),
        () => pruned(quantile, blocks),
        () => pruned({ ...sure, pruning: uncut }, blocks),
      ],
      quick ? 3 : 7,
    );
    const [all, ...others] = times.map(median);
    others.forEach((time, i) => {
      ratios[i].push(all / time);
    });
  }
  const mode = ({ order, pruning }: PlannedWay, i: number): Mode => ({
    order,
    cuts: pruning.cuts,
    expected: 1 / pruning.cost,
    speedup: median(ratios[i]),
    recall: recalls[i],
  });
  return {
    leaves,
    uncut: median(ratios[2]),
    sure: mode(sure, 0),
    quantile: {
      ...mode(quantile, 1),
      share,
      certified,
      certificationQueries: quick ? 300 : 4_000,
    },
  };
}

/** The boldest bounds that a fixed sequence certifies; the most careful ones where none is. */
async function boldest(ways: readonly Way[], pool: DenseBlock, queries: number) {
  const tuned = async (share: number) => {
    const quantile = best(ways, share);
    return { share, quantile, certified: await certify(quantile, pool, queries) };
  };
  let last = await tuned(SHARES[0]);
  for (const share of SHARES.slice(1)) {
    const next = await tuned(share);
    if (next.certified < RECALL) break;
    last = next;
  }
  return last;
}

function best(ways: readonly Way[], share?: number): PlannedWay {
  const [way] = cheapestWay(ways, { k: K, of: N, ...(share && { share }) });
  if (way === undefined) throw new RangeError('too few rows to find bounds on');
  return way;
}

/** Queries drawn from a pool of rows that chose nothing; sums are computed once and looked up. */
async function certify(
  { additive, pruning }: PlannedWay,
  pool: DenseBlock,
  queries: number,
): Promise<number> {
  const adding = await additive.open(candidatesOf([pool]));
  const sums = new Float64Array(pool.rows).fill(additive.start);
  const seen = new Map<number, Float64Array>();
  let at = 0;
  for (const cut of [...pruning.cuts, additive.steps]) {
    await adding.advance(sums, at, cut);
    seen.set(cut, sums.slice());
    at = cut;
  }
  const whole = await adding.whole(sums);
  const draws = random(1).fork('exact');
  const order = Int32Array.from({ length: pool.rows }, (_, i) => i);
  const losses = new Float64Array(queries);
  for (let q = 0; q < queries; q++) {
    for (let i = 0; i < N; i++) {
      const j = i + draws.integer(pool.rows - i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    const drawn = order.slice(0, N);
    const remembered: Additive = { ...additive, open: () => looked(seen, whole, order.slice(0, N)) };
    const none = { rows: N, block: () => pool };
    const { indices } = await prunedTopK(remembered, none, K, pruning);
    const scores = additive.link(Float64Array.from(drawn, (row) => whole[row]));
    losses[q] = 1 - overlap(indices, topK(scores, K)) / K;
  }
  return 1 - upperLoss(losses);
}

/** Sums that were computed once, of rows of the pool. */
function looked(seen: ReadonlyMap<number, Float64Array>, whole: Float64Array, rows: Int32Array): Adding {
  return {
    advance(sums, _, to) {
      const all = seen.get(to);
      if (all === undefined) throw new RangeError(`no sums of ${to} trees were kept`);
      for (let i = 0; i < sums.length; i++) sums[i] = all[rows[i]];
    },
    only: (places) =>
      looked(
        seen,
        whole,
        places.map((place) => rows[place]),
      ),
    whole: () => Float64Array.from(rows, (row) => whole[row]),
  };
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

/** A model that tells no candidate from another, with cuts made for one that does: what trying costs. */
async function measureHopeless(quick: boolean): Promise<number> {
  const rows = quick ? 2_000 : 8_000;
  const { columns: width, train, test } = generatedRows(2, rows, 2 * N);
  const draws = random(3);
  const labels = Int32Array.from({ length: rows }, () => draws.integer(2));
  const model: BoostedModel = await gradientBoosting({ rounds: TREES, learningRate: 0.01 }).fit(
    { blocks: [denseBlock(rows, width, train)], rows, classes: 2, labels },
    { seed: 1 },
  );
  const tuning = candidatesOf([denseBlock(N, width, test.subarray(0, N * width))]);
  const { additive } = best(await treeWays(model, tuning, { isQuantile: false }));
  const half = TREES / 2;
  const wrong: Pruning = { cuts: [half], most: [additive.most[half]], sure: true, cost: 0.5 };
  const blocks = [denseBlock(N, width, test.subarray(N * width))];
  const scores = new Float64Array(2 * N);
  const [all, tried] = await interleave(
    [
      () => {
        model.score(blocks, scores);
        topK(
          Float64Array.from({ length: N }, (_, row) => scores[2 * row + 1]),
          K,
        );
      },
      () => prunedTopK(additive, candidatesOf(blocks), K, wrong),
    ],
    quick ? 9 : 41,
  );
  return median(tried.map((time, i) => time / all[i]));
}

function overlap(found: Int32Array, wanted: Int32Array): number {
  const all = new Set(wanted);
  return found.reduce((count, index) => count + (all.has(index) ? 1 : 0), 0);
}

/** The figures are of the trees that the learner grows by default; others are there to be read. */
function checksOf({ leaves, sure, quantile }: Result): Check[] {
  const exact = atLeast(`${leaves} leaves, exact: recall`, sure.recall, 1);
  const certified = atLeast(`${leaves} leaves, quantiles: certified recall`, quantile.certified, RECALL);
  if (leaves !== LEAVES[0]) return [exact, certified];
  return [
    atLeast(`${leaves} leaves, exact: speedup`, sure.speedup, 1.2),
    exact,
    atLeast(`${leaves} leaves, quantiles: speedup`, quantile.speedup, 3),
    certified,
  ];
}
