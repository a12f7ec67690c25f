import type { Block } from '../../../entries/extend.js';
import { define, dense, type Learner, type Model, type QueryPool, tuneTopK } from '../../../index.js';
import { type Random, random, sample } from '../../../lib/stats/index.js';
import { declaredProfile } from '../../harness/declared.js';
import type { Scenario } from './scenario.js';

interface Item {
  readonly cheap: number;
  readonly full: number;
}

const SIZE = 20;
const K = 5;
const RECALL = 0.9;
const DELTA = 0.05;

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

/** What `tuneTopK` gets. */
interface Tuning {
  readonly approximate: Learner;
  readonly queries: QueryPool<Item> | readonly (readonly Item[])[];
  /** Rows that train, beside the pool. @defaultValue some of the pool */
  readonly rows?: readonly Item[];
  /** Whether the second test is left out. */
  readonly repeats: boolean;
  readonly seed: number;
}

function tuned({ approximate, queries, rows, repeats, seed }: Tuning) {
  return tuneTopK({
    features,
    full: { name: 'full', task: 'regression', classes: 1, reads: ['full'], score: scoreLast },
    approximate,
    profile: {
      ...declaredProfile({ cheap: 1, full: 100 }, 1),
      models: { [approximate.name]: { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
    },
    queries,
    k: K,
    bound: { recall: RECALL, delta: DELTA },
    ...(rows && { rows }),
    ...(repeats && { repeats }),
    seed,
  });
}

/** The mean recall of queries as they are served; 1 where nothing is promised, since the full model scores all. */
async function recallOf(
  ranker: Awaited<ReturnType<typeof tuned>>,
  queries: number,
  draw: () => readonly Item[],
): Promise<number> {
  if (ranker.certificate.verdict !== 'certified') return 1;
  let found = 0;
  for (let i = 0; i < queries; i++) {
    const candidates = draw();
    const { indices } = await ranker.query(candidates, K);
    const least = candidates.map(({ full }) => full).sort((a, b) => b - a)[K - 1];
    for (const index of indices) found += Number(candidates[index].full >= least);
  }
  return found / (queries * K);
}

const ITEMS = 80;
/** Items that the cheap number doesn't show to be among the best: where there are more of them, more is missed. */
const HIDDEN = 0.1;
/** Subsets on which a ranker's true recall is found: to .007 or so. */
const SUBSETS = 500;

function drawHidden(chance: Random): Item[] {
  return Array.from({ length: ITEMS }, () => {
    const full = chance.normal();
    const isHidden = chance.uniform() < HIDDEN;
    return isHidden
      ? { full: 1.5 + Math.abs(full), cheap: chance.normal() }
      : { full, cheap: full + 0.3 * chance.normal() };
  });
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
    const items = drawHidden(chance.fork('items'));
    const half = Array.from(sample(ITEMS, ITEMS / 2, chance.fork('half')), (at) => items[at]);
    // Nothing is learnt from these.
    const rows = drawHidden(random(seed).fork('training'));
    const judge = async (tested: readonly Item[], repeats: boolean) => {
      const queries = { pool: tested, size: SIZE, count: 500 };
      const given = { approximate: learner, queries, rows, repeats, seed };
      const judged = chance.fork('judged');
      const draw = () => Array.from(sample(ITEMS, SIZE, judged), (at) => items[at]);
      return (await recallOf(await tuned(given), SUBSETS, draw)) < RECALL;
    };
    return { broken: await judge(items, false), faultBroken: await judge(half, true) };
  },
};

const MANY = 600;
/** Fresh queries on which a ranker's true recall is found: to .005 or so. */
const FRESH = 1_000;
/** That error, twice. */
const JUDGED = 0.01;
/** What the draw of the pool itself may make of the recall of fresh rows, about: the promise is about this pool. */
const BETWEEN_POOLS = 0.02;

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
    ...last,
    name: 'memory',
    score([{ values }], out) {
      for (let row = 0; row < out.length; row++) out[row] = known.get(values[row]) ?? values[row];
    },
  };
}

function drawNoisy(count: number, chance: Random): Item[] {
  return Array.from({ length: count }, () => {
    const full = chance.normal();
    return { full, cheap: full + 0.5 * chance.normal() };
  });
}

/** A pool of which some rows train a stage that remembers them: on others it is worse. */
export const poolUnseen: Scenario = {
  name: "a pool's plan on rows that tuning never saw",
  fault: 'subsets of the whole pool tested alone, rows that trained among them',
  delta: DELTA,
  trials: 40,
  quickTrials: 10,
  async trial(seed) {
    const given = drawNoisy(MANY, random(seed).fork('pool'));
    // Whether queries of fresh rows lose more than the pool's do by chance.
    const isBroken = async (repeats: boolean) => {
      const queries = { pool: given, size: SIZE, count: 1_000 };
      const ranker = await tuned({ approximate: memory, queries, repeats, seed });
      const chance = random(seed).fork('judged');
      return (await recallOf(ranker, FRESH, () => drawNoisy(SIZE, chance))) < RECALL - BETWEEN_POOLS;
    };
    return { broken: await isBroken(false), faultBroken: await isBroken(true) };
  },
};

/** Queries that differ. Each comes so many times, in a trial of each kind. */
const ORIGINALS = 150;
const TIMES = [5, 10];

/** Queries that were copied: a stage that remembers its training rows knows copies of those that it is tested on. */
export const queriesRepeated: Scenario = {
  name: 'top K of queries given five and ten times',
  fault: 'equal queries taken for draws, without a test on queries that tuning never saw',
  delta: DELTA,
  trials: 60,
  quickTrials: 6,
  async trial(seed) {
    const chance = random(seed).fork('originals');
    const originals = Array.from({ length: ORIGINALS }, () => drawNoisy(SIZE, chance));
    const queries = Array.from({ length: TIMES[seed % TIMES.length] }, () => originals).flat();
    const isBroken = async (repeats: boolean) => {
      const ranker = await tuned({ approximate: memory, queries, repeats, seed });
      const judged = random(seed).fork('judged');
      return (await recallOf(ranker, FRESH, () => drawNoisy(SIZE, judged))) < RECALL - JUDGED;
    };
    return { broken: await isBroken(false), faultBroken: await isBroken(true) };
  },
};
