import { median } from 'simple-statistics';
import {
  type Cascade,
  gradientBoosting,
  type Label,
  logisticRegression,
  type Plan,
  tune,
  tuneTopK,
} from 'spillway';
import type { GlossCategory } from 'spillway/datasets';
import type { SpeedupRange } from 'spillway/types';
import { features as mailFeatures } from '../../examples/mail/pipeline.js';
import { random, sample } from '../../lib/stats/index.js';
import { atLeast, atMost, type Check, columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { processorClock, processorTimes } from '../harness/processor.js';
import { L2, splitMail } from '../mail/data.js';
import { fitModels } from '../topk/models.js';
import { glossFeatures, splitGlosses, tableFeatures, tableOf } from './expected-data.js';

/** Measured costs of cascades and rankers against the expected ones. */
export const expected: Workload = { run };

/** A plan's expectation, and both ways to answer the same rows. */
interface Prepared {
  readonly expected: Plan['expected'];
  readonly rows: number;
  full(): Promise<unknown>;
  own(): Promise<unknown>;
  /**
   * The expected shares and costs of each stage and of the full model, and those observed on `rows`
   * rows.
   */
  readonly stages?: Stages | undefined;
}

interface Stages {
  readonly expected: readonly StageFigures[];
  /** Share of the rows that got to each, 0 to 1. */
  readonly reach: readonly number[];
  /** Answers the rows with the stages up to each, the last of which lets all rows exit. */
  readonly upTo: readonly (() => Promise<unknown>)[];
}

interface StageFigures {
  /** Share of all rows that get here, 0 to 1. */
  readonly reach: number;
  /** Microseconds for each row that gets here. */
  readonly cost: number;
}

const ROUNDS = 5;
const [LEAST, MOST] = [0.87, 1.15];
/** Of measured speedups, in the ranges that were expected. */
const HELD = 0.9;
const CASES: Readonly<Record<string, (seed: number, quick: boolean) => Promise<Prepared>>> = {
  mail: mailsAt(0.01),
  'mail at 0.005': mailsAt(0.005),
  'mail at 0.02': mailsAt(0.02),
  glosses,
  'top-K of glosses': topGlosses,
  table,
};

async function run({ seeds, quick, full = false, cases: names, log }: RunOptions) {
  const given = seeds ?? (full ? [1, 2, 3, 4, 5] : [1]);
  const chosen = quick ? given.slice(0, 1) : given;
  const cases = [];
  for (const [name, prepare] of chosenCases(names)) {
    const perSeed: ({ readonly seed: number } & Awaited<ReturnType<typeof measure>>)[] = [];
    for (const seed of chosen) {
      const figures = await measure(await prepare(seed, quick));
      perSeed.push({ seed, ...figures });
      const { range } = figures;
      const within = range === null ? '' : ` (${times(range.least)} to ${times(range.most)})`;
      log(`${name}, seed ${seed}: ${times(figures.measured)}, expected ${times(figures.expected)}${within}`);
      for (const line of figures.stages) log(`  ${line.name}: ${stageText(line)}`);
    }
    const over = (of: (figures: (typeof perSeed)[number]) => number) => median(perSeed.map(of));
    cases.push({
      name,
      ratio: over(({ ratio }) => ratio),
      measured: over(({ measured }) => measured),
      expected: over(({ expected }) => expected),
      perSeed,
    });
  }
  const checks = cases.flatMap(({ name, ratio }): Check[] => [
    atLeast(`${name}: measured over expected speedup`, ratio, LEAST),
    atMost(`${name}: measured over expected speedup`, ratio, MOST),
  ]);
  const ranged = cases.flatMap(({ perSeed }) =>
    perSeed.flatMap(({ measured, range }) => (range === null ? [] : [isIn(range, measured)])),
  );
  if (ranged.length > 1) {
    const held = ranged.filter(Boolean).length / ranged.length;
    checks.push(atLeast('share of measured speedups in their ranges', held, HELD));
  }
  const json = {
    workload: 'expected',
    quick,
    machine: machine(),
    versions: versions(),
    seeds: chosen,
    cases,
    checks,
  };
  const table = columns([
    ['', 'measured', 'expected', 'ratio'],
    ...cases.map(({ name, ratio, measured, expected }) => [
      name,
      times(measured),
      times(expected),
      ratio.toFixed(2),
    ]),
  ]);
  return { json, table };
}

function isIn({ least, most }: SpeedupRange, speedup: number): boolean {
  return least <= speedup && speedup <= most;
}

function chosenCases(names: readonly string[] | undefined): [string, (typeof CASES)[string]][] {
  const unknown = names?.find((name) => !Object.hasOwn(CASES, name));
  if (unknown !== undefined) {
    throw new RangeError(`no case is named '${unknown}'; known are ${Object.keys(CASES).join(', ')}`);
  }
  return Object.entries(CASES).filter(([name]) => names?.includes(name) ?? true);
}

async function measure({ expected, rows, full, own, stages }: Prepared) {
  const [wholes, quick, ...prefixes] = await processorTimes([full, own, ...(stages?.upTo ?? [])], ROUNDS);
  const measured = median(wholes.map((time, round) => time / quick[round]));
  const perRow = (all: readonly number[]) => (1000 * median(all)) / rows;
  const us = { full: perRow(wholes), cascade: perRow(quick) };
  return {
    measured,
    expected: expected.speedup,
    ratio: measured / expected.speedup,
    range: expected.speedupRange ?? null,
    us: { measured: us, expected: { full: expected.fullCost, cascade: expected.cost } },
    stages: stages ? stageFigures(stages, [...prefixes.map(perRow), us.cascade]) : [],
  };
}

/** @param upTo microseconds a row of all, from the first stage through each one */
function stageFigures({ expected, reach }: Stages, upTo: readonly number[]) {
  return expected.map((of, s) => ({
    name: s < expected.length - 1 ? `stage ${s + 1}` : 'full model',
    expected: { reach: of.reach, cost: of.cost },
    measured: { reach: reach[s], cost: reach[s] > 0 ? (upTo[s] - (upTo[s - 1] ?? 0)) / reach[s] : null },
  }));
}

function stageText({ expected, measured }: ReturnType<typeof stageFigures>[number]): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const cost = measured.cost === null ? 'none' : measured.cost.toFixed(2);
  return (
    `reach ${percent(measured.reach)}, expected ${percent(expected.reach)}; ` +
    `us a row that gets there ${cost}, expected ${expected.cost.toFixed(2)}`
  );
}

function mailsAt(epsilon: number) {
  return async (seed: number, quick: boolean): Promise<Prepared> => {
    const { known, unseen } = (await splitMail(quick))(seed);
    const cascade = await tune({
      features: mailFeatures,
      ...known,
      full: logisticRegression({ l2: L2 }),
      bound: { loss: 'accuracy', epsilon, delta: 0.05 },
      clock: processorClock,
      seed,
    });
    return answering(cascade, unseen.rows);
  };
}

async function glosses(seed: number, quick: boolean): Promise<Prepared> {
  const split = await splitGlosses(
    seed,
    quick ? { known: 2_000, unseen: 2_048 } : { known: 8_000, unseen: 8_192 },
  );
  const cascade = await tune({
    features: glossFeatures,
    rows: split.rows,
    labels: split.labels,
    full: logisticRegression({ tolerance: 1e-4 }),
    bound: { loss: 'accuracy', epsilon: quick ? 0.1 : 0.03, delta: 0.05 },
    clock: processorClock,
    seed,
  });
  return answering(cascade, split.unseen);
}

async function table(seed: number, quick: boolean): Promise<Prepared> {
  const split = tableOf(seed, quick ? { known: 4_000, unseen: 4_096 } : { known: 60_000, unseen: 16_384 });
  const cascade = await tune({
    features: tableFeatures,
    rows: split.rows,
    labels: split.labels,
    full: gradientBoosting(),
    bound: { loss: 'accuracy', epsilon: 0.01, delta: 0.05 },
    clock: processorClock,
    seed,
  });
  return answering(cascade, split.unseen);
}

/** A cascade answers rows that nothing has seen. */
async function answering<Row, L extends Label>(
  cascade: Cascade<Row, L>,
  rows: readonly Row[],
): Promise<Prepared> {
  const { plan } = cascade;
  const { exits } = await cascade.predict(rows);
  const steps = [...plan.stages, plan.full];
  return {
    expected: plan.expected,
    rows: rows.length,
    full: () => cascade.full.predict(rows),
    own: () => cascade.predict(rows),
    stages: {
      expected: steps,
      reach: steps.map((_, s) => exits.reduce((sum, exit) => sum + Number(exit >= s), 0) / rows.length),
      upTo: plan.stages.map((_, s) => {
        const open = (stage: (typeof plan.stages)[number], i: number) =>
          i < s ? stage : { ...stage, thresholds: stage.thresholds.map(() => 0) };
        const upTo = cascade.explore({ ...plan, stages: plan.stages.slice(0, s + 1).map(open) });
        return () => upTo.predict(rows);
      }),
    },
  };
}

/** Which 50 of some 3,500 glosses belong most to a category: a query of each category. */
async function topGlosses(seed: number, quick: boolean): Promise<Prepared> {
  const k = quick ? 20 : 50;
  const size = quick ? ([1_000, 2_000] as const) : ([3_000, 4_000] as const);
  const split = await splitGlosses(
    seed,
    quick ? { known: 2_000, unseen: 6_000 } : { known: 4_000, unseen: 12_000 },
  );
  const classes: GlossCategory[] = [...new Set(split.labels)].sort();
  const data = { features: glossFeatures, rows: split.rows, labels: split.labels, classes };
  const models = await fitModels(data, [['words'], ['words', 'lemma']], () => {});
  const ranker = await tuneTopK({
    // Real rows repeat by nature: each is a draw.
    repeats: true,
    features: glossFeatures,
    rows: split.rows,
    labels: split.labels,
    full: models.full,
    approximate: models.stages,
    queries: { pool: split.unseen, size, count: 200 },
    certify: 0.6,
    k,
    rankClass: classes,
    bound: { recall: 0.95, delta: 0.05 },
    clock: processorClock,
    seed,
  });
  const draw = random(seed).fork('bench expected queries');
  const queries = classes.map((rankClass) => ({
    rankClass,
    rows: Array.from(sample(split.unseen.length, size[1], draw), (row) => split.unseen[row]),
  }));
  const [{ expected }] = ranker.plan.bands;
  return {
    expected,
    rows: queries.length * size[1],
    async full() {
      for (const { rankClass, rows } of queries) await ranker.full.query(rows, k, { rankClass });
    },
    async own() {
      for (const { rankClass, rows } of queries) await ranker.query(rows, k, { rankClass });
    },
  };
}

function times(speedup: number): string {
  return `${speedup.toFixed(2)}x`;
}
