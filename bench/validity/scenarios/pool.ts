import type { Block } from '../../../entries/extend.js';
import { define, dense, type Learner, type Model, tuneTopK } from '../../../index.js';
import { FREE } from '../../../lib/costs/index.js';
import { type Random, random, sample } from '../../../lib/stats/index.js';
import type { Scenario } from './scenario.js';

interface Item {
  readonly cheap: number;
  readonly full: number;
}

const ITEMS = 80;
/** Items that the cheap number doesn't show to be among the best: where there are more of them, more is missed. */
const HIDDEN = 0.1;
const SIZE = 20;
const K = 5;
const RECALL = 0.9;
const DELTA = 0.05;
/** Subsets on which a ranker's true recall is found: to .007 or so. */
const JUDGED = 500;

const column = (of: (item: Item) => number) =>
  dense(1, (items: readonly Item[]) => Float32Array.from(items, of));
const features = define({ cheap: column((item) => item.cheap), full: column((item) => item.full) });

function scoreLast(blocks: readonly Block[], out: Float64Array): void {
  out.set(blocks[blocks.length - 1].values.subarray(0, out.length));
}

const last: Model = { name: 'last', classes: 1, score: scoreLast, state: { json: null, tensors: {} } };
const learner: Learner = {
  name: 'last',
  task: 'regression',
  work: () => 1,
  fit: () => last,
  load: () => last,
};
const inference = { fixed: 0, perRow: 0.01, perEntry: 0.0001 };
const costing = (perRow: number) => ({ cost: { ...FREE, perRow }, entries: 1, reads: [] });
const profile = {
  features: { cheap: costing(1), full: costing(100) },
  transforms: {},
  models: { last: inference },
  full: { ...FREE, perRow: 0.02 },
};

function draw(chance: Random): Item[] {
  return Array.from({ length: ITEMS }, () => {
    const full = chance.normal();
    const isHidden = chance.uniform() < HIDDEN;
    return isHidden
      ? { full: 1.5 + Math.abs(full), cheap: chance.normal() }
      : { full, cheap: full + 0.3 * chance.normal() };
  });
}

/** @param repeats whether the test on items that tuning never saw is left out */
function tuned(pool: readonly Item[], seed: number, repeats = false) {
  return tuneTopK({
    features,
    // Nothing is learnt from these.
    rows: draw(random(seed).fork('training')),
    full: { name: 'full', task: 'regression', classes: 1, reads: ['full'], score: scoreLast },
    approximate: learner,
    profile,
    queries: { pool, size: SIZE, count: 500 },
    k: K,
    bound: { recall: RECALL, delta: DELTA },
    ...(repeats && { repeats }),
    seed,
  });
}

/** The mean recall of subsets of a pool, as it is served; 1 where nothing is promised, since the full model scores all. */
async function recallOf(ranker: Awaited<ReturnType<typeof tuned>>, pool: readonly Item[], chance: Random) {
  if (ranker.certificate.verdict !== 'certified') return 1;
  let found = 0;
  for (let i = 0; i < JUDGED; i++) {
    const candidates = Array.from(sample(pool.length, SIZE, chance), (at) => pool[at]);
    const { indices } = await ranker.query(candidates, K);
    const least = candidates.map(({ full }) => full).sort((a, b) => b - a)[K - 1];
    for (const index of indices) found += Number(candidates[index].full >= least);
  }
  return found / (JUDGED * K);
}

/** A pool of eighty items, and queries that are subsets of it. */
export const pool: Scenario = {
  name: 'top K of subsets of a pool',
  fault: 'subsets of one random half of the pool tested',
  delta: DELTA,
  trials: 40,
  quickTrials: 20,
  async trial(seed) {
    const chance = random(seed).fork('pool');
    const items = draw(chance.fork('items'));
    const half = Array.from(sample(ITEMS, ITEMS / 2, chance.fork('half')), (at) => items[at]);
    const judge = async (tested: readonly Item[], repeats: boolean) =>
      (await recallOf(await tuned(tested, seed, repeats), items, chance.fork('judged'))) < RECALL;
    return { broken: await judge(items, false), faultBroken: await judge(half, true) };
  },
};
