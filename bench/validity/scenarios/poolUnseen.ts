import { define, dense, type Learner, type Model, tuneTopK } from '../../../index.js';
import { type Random, random } from '../../../lib/stats/index.js';
import { declaredProfile } from '../../harness/declared.js';
import type { Scenario } from './scenario.js';

interface Item {
  readonly cheap: number;
  readonly full: number;
}

const ITEMS = 600;
const SIZE = 20;
const K = 5;
const RECALL = 0.9;
const DELTA = 0.05;
/** Fresh queries on which a ranker's true recall is found: to .005 or so. */
const JUDGED = 1_000;
/** What the draw of the pool itself may make of the recall of fresh rows, about: the promise is about this pool. */
const BETWEEN_POOLS = 0.02;

const column = (of: (item: Item) => number) =>
  dense(1, (items: readonly Item[]) => Float32Array.from(items, of));
const features = define({ cheap: column((item) => item.cheap), full: column((item) => item.full) });
const profile = {
  ...declaredProfile({ cheap: 1, full: 100 }, 1),
  models: { memory: { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
};

/** Remembers the full model's numbers of the rows that it was fitted to, and takes the cheap one of others. */
const memory: Learner = {
  name: 'memory',
  task: 'regression',
  work: () => 1,
  fit({ blocks: [block], rows, values = [] }) {
    const known = new Map<number, number>();
    for (let row = 0; row < rows; row++) known.set(block.values[row], values[row]);
    return remembering(known);
  },
  load: () => remembering(new Map()),
};

function remembering(known: ReadonlyMap<number, number>): Model {
  return {
    name: 'memory',
    classes: 1,
    score([{ values }], out) {
      for (let row = 0; row < out.length; row++) out[row] = known.get(values[row]) ?? values[row];
    },
    state: { json: null, tensors: {} },
  };
}

function draw(count: number, chance: Random): Item[] {
  return Array.from({ length: count }, () => {
    const full = chance.normal();
    return { full, cheap: full + 0.5 * chance.normal() };
  });
}

/** Whether queries of fresh rows lose more than the pool's do by chance. */
async function isBroken(pool: readonly Item[], repeats: true | undefined, seed: number): Promise<boolean> {
  const ranker = await tuneTopK({
    features,
    full: {
      name: 'full',
      task: 'regression',
      classes: 1,
      reads: ['full'],
      score: ([{ values }], out) => out.set(values.subarray(0, out.length)),
    },
    approximate: memory,
    profile,
    queries: { pool, size: SIZE, count: 1_000 },
    k: K,
    bound: { recall: RECALL, delta: DELTA },
    ...(repeats && { repeats }),
    seed,
  });
  if (ranker.certificate.verdict !== 'certified') return false;
  const chance = random(seed).fork('judged');
  let found = 0;
  for (let i = 0; i < JUDGED; i++) {
    const candidates = draw(SIZE, chance);
    const { indices } = await ranker.query(candidates, K);
    const least = candidates.map(({ full }) => full).sort((a, b) => b - a)[K - 1];
    for (const index of indices) found += Number(candidates[index].full >= least);
  }
  return found / (JUDGED * K) < RECALL - BETWEEN_POOLS;
}

/** A pool of which some rows train a stage that remembers them: on others it is worse. */
export const poolUnseen: Scenario = {
  name: "a pool's plan on rows that tuning never saw",
  fault: 'subsets of the whole pool tested alone, rows that trained among them',
  delta: DELTA,
  trials: 40,
  quickTrials: 10,
  async trial(seed) {
    const pool = draw(ITEMS, random(seed).fork('pool'));
    return {
      broken: await isBroken(pool, undefined, seed),
      faultBroken: await isBroken(pool, true, seed),
    };
  },
};
