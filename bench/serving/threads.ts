import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { median } from 'simple-statistics';
import { define, type Feature, profile } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { type Block, type FittedFeature, RowView } from 'spillway/extend';
import { onThreads, type ThreadPool, threadPool } from 'spillway/threads';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { splitMail } from '../mail/data.js';
import { chars, signals, words } from './threads-features.js';

/** Rows of a batch of the engine, and its number of concurrent batches. */
const [BATCH, UNDER_WAY] = [1_024, 4];
/** Mails that costs are measured on. */
const PROFILED = 800;

const mailFeatures = { chars, words, signals };
type Name = keyof typeof mailFeatures;

/** Features, and the rows that each computes at a time. */
const CASES: readonly {
  readonly name: string;
  readonly feature: Name;
  readonly rows: number;
  /** Repetitions of the batch, for the clock's resolution. */
  readonly times: number;
}[] = [
  { name: 'dear, many', feature: 'chars', rows: BATCH * UNDER_WAY, times: 1 },
  { name: 'dear, some', feature: 'chars', rows: 64, times: 20 },
  { name: 'dear, one', feature: 'chars', rows: 1, times: 100 },
  { name: 'middling, many', feature: 'words', rows: BATCH * UNDER_WAY, times: 5 },
  { name: 'cheap, many', feature: 'signals', rows: BATCH * UNDER_WAY, times: 10 },
  { name: 'cheap, few', feature: 'signals', rows: 8, times: 1_000 },
];

/** Features of mails in place and on threads, and whether the quicker of both is chosen. */
export const threads: Workload = {
  async run({ quick, seeds = [1], log }: RunOptions) {
    const { known } = (await splitMail(quick))(seeds[0]);
    const pool = await threadPool();
    const cases: Measured[] = [];
    try {
      log('what features cost');
      const measuring = { rows: known.rows.slice(0, PROFILED), labels: known.labels.slice(0, PROFILED) };
      const costs = await profile({ features: define(mailFeatures), ...measuring, seed: seeds[0] });
      for (const each of CASES) {
        log(each.name);
        const cost = costs.features[each.feature].cost.perRow;
        const feature: Feature<Mail> = mailFeatures[each.feature];
        const fitted = await feature.fit(RowView.of(known.rows));
        const ways = await waysOf(each.feature, feature, fitted, cost, pool);
        cases.push({ ...each, cost, ...(await measured(each, ways, known.rows, quick ? 3 : 9)) });
      }
    } finally {
      await pool.close();
    }
    const json = {
      workload: 'threads',
      quick,
      machine: machine(),
      versions: versions(),
      threads: pool.threads,
      cases,
      checks: checksOf(cases, pool.threads),
    };
    return { json, table: tableOf(cases) };
  },
};

/**
 * The module that threads import: they know no TypeScript beyond what a module of theirs registers.
 */
const MODULE = `data:text/javascript,${encodeURIComponent(`
  import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
  register();
  const features = await import(${JSON.stringify(new URL('./threads-features.ts', import.meta.url).href)});
  export const { chars, words, signals } = features;
`)}`;

/** The same feature in place, always on threads, and wherever it chooses to be. */
interface Ways {
  readonly here: FittedFeature<Mail>;
  readonly there: FittedFeature<Mail>;
  readonly chosen: FittedFeature<Mail>;
}

async function waysOf(
  name: Name,
  feature: Feature<Mail>,
  fitted: FittedFeature<Mail>,
  cost: number,
  pool: ThreadPool,
): Promise<Ways> {
  const spread = onThreads(feature, { pool, module: MODULE, name });
  const there = spread.served?.(fitted, name, 1e9) ?? fitted;
  const chosen = spread.served?.(fitted, name, cost) ?? fitted;
  await there.warm?.();
  await chosen.warm?.();
  return { here: fitted, there, chosen };
}

interface Timed {
  /** Milliseconds of all batches. */
  readonly inPlaceMs: number;
  readonly threadsMs: number;
  /**
   * Time in place over time on threads; and the chosen way's time as a share of the quicker way's.
   */
  readonly speedup: number;
  /** Throughput of two busy threads over that of one: 2 on an idle machine. */
  readonly processors: number;
  readonly chosen: 'threads' | 'in place';
  readonly overQuicker: number;
}

type Measured = Timed & (typeof CASES)[number] & { readonly cost: number };

/** @throws if numbers differ by a bit */
async function measured(
  { rows, times }: (typeof CASES)[number],
  { here, there, chosen }: Ways,
  all: readonly Mail[],
  rounds: number,
): Promise<Timed> {
  const calls = Array.from({ length: times }, (_, call) =>
    Array.from({ length: rows }, (_, i) => all[(call * rows + i) % all.length]),
  );
  const expected = await Promise.all(calls.map((call) => blocksOf(here, call)));
  let onThreads = false;
  for (const [c, call] of calls.entries()) {
    for (const way of [there, chosen]) {
      const waiting = way.compute(RowView.of(call.slice(0, BATCH)));
      if (way === chosen) onThreads = waiting instanceof Promise;
      await waiting;
      assertSame(await blocksOf(way, call), expected[c]);
    }
  }
  const runOf = (way: FittedFeature<Mail>) => async () => {
    for (const call of calls) await blocksOf(way, call);
  };
  const [inPlace, spread, choice, alone, together] = await interleave(
    [...[here, there, chosen].map(runOf), () => turn(1), () => turn(2)],
    rounds,
  );
  const quicker = median(inPlace) < median(spread) ? inPlace : spread;
  return {
    inPlaceMs: median(inPlace),
    threadsMs: median(spread),
    speedup: medianRatio(inPlace, spread),
    processors: 2 * medianRatio(alone, together),
    chosen: onThreads ? 'threads' : 'in place',
    overQuicker: medianRatio(choice, quicker),
  };
}

/**
 * Runs `count` threads of some 100 ms each: comparing two with one shows how many processors are
 * free.
 */
async function turn(count: number): Promise<void> {
  const source =
    'let x = 1; for (let i = 0; i < 2e7; i++) x = Math.imul(x, 48271) ^ i; if (x === 0) throw x;';
  await Promise.all(Array.from({ length: count }, () => once(new Worker(source, { eval: true }), 'exit')));
}

/** As in the engine: the next batches start while some wait. */
async function blocksOf(way: FittedFeature<Mail>, rows: readonly Mail[]): Promise<readonly Block[]> {
  const batches: (Block | Promise<Block>)[] = [];
  for (let from = 0; from < rows.length; from += BATCH)
    batches.push(way.compute(RowView.of(rows.slice(from, from + BATCH))));
  return Promise.all(batches);
}

function assertSame(blocks: readonly Block[], expected: readonly Block[]): void {
  const bits = (all: readonly Block[]) =>
    Buffer.concat(
      all.flatMap((block) => {
        if (block.kind === 'dense') return Buffer.from(new Uint8Array(block.values.slice().buffer));
        // The buffer beyond the last offset is unused.
        const count = block.offsets[block.rows];
        return [block.offsets, block.indices.subarray(0, count), block.values.subarray(0, count)].map(
          (part) => Buffer.from(new Uint8Array(part.slice().buffer)),
        );
      }),
    );
  if (!bits(blocks).equals(bits(expected))) throw new Error('threads give other numbers');
}

function checksOf(cases: readonly Measured[], threads: number): Check[] {
  const [many] = cases;
  const what = `${many.feature} of ${many.rows} rows: speedup on threads, as a share of what two that only turn get`;
  const isBusy = many.processors < 1.3;
  return [
    threads < 2 || isBusy
      ? leftOut(what, '>= 0.75', 'no two processors are free')
      : atLeast(what, many.speedup / Math.min(threads, many.processors), 0.75),
    ...cases.map(({ name, overQuicker }) =>
      atMost(`${name}: time of what was chosen over that of the quicker way`, overQuicker, 1.1),
    ),
  ];
}

function tableOf(cases: readonly Measured[]): string {
  return columns([
    [
      '',
      'feature',
      'rows',
      'us a row',
      'in place ms',
      'threads ms',
      'ratio',
      'free',
      'chosen',
      'over the quicker',
    ],
    ...cases.map(
      ({ name, feature, rows, cost, inPlaceMs, threadsMs, speedup, processors, chosen, overQuicker }) => [
        name,
        feature,
        String(rows),
        cost.toFixed(1),
        inPlaceMs.toFixed(1),
        threadsMs.toFixed(1),
        `${speedup.toFixed(2)}x`,
        processors.toFixed(2),
        chosen,
        overQuicker.toFixed(2),
      ],
    ),
  ]);
}
