import { median } from 'simple-statistics';
import { denseBlock } from 'spillway/extend';
import { forestKernel, type KernelName } from '../../lib/learn/kernels/index.js';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { ONNX_RUNTIME, XGBOOST } from '../peers/known.js';
import { type OnnxPeer, onnxVersion, startOnnx } from '../peers/onnx.js';
import { startXgboost, type XgboostPeer } from '../peers/xgboost.js';
import { type ForestSettings, generatedRows, type KernelProblem, mailRows, problemOf } from './data.js';
import { linearRatio } from './linear.js';

const SHAPES: readonly ForestSettings[] = [
  { trees: 100, depth: 5 },
  { trees: 500, depth: 6 },
];
/** As the library grows them by default: by leaves, as deep as they like. */
const UNBALANCED: ForestSettings = { trees: 100, depth: Number.POSITIVE_INFINITY, leaves: 31 };
const KERNELS: readonly KernelName[] = ['reference', 'js', 'wasm'];
const ROWS = 10_000;
const SINGLE = 1_000;
/** A kernel goes through them so often in a turn: in a millisecond it would measure mostly how a processor's caches fill up again. */
const PASSES = 10;
const ROUNDS = 9;

const overOnnx = (kernel: KernelName) => `one thread: ONNX Runtime's time over ${kernel}'s`;
const OVER_XGBOOST = "batch, one thread: XGBoost's time over wasm's";

/** Kernels of forests beside their reference, ONNX Runtime and XGBoost; products of sparse blocks. */
export const kernels: Workload = {
  // Of each forest.
  peers: () => [
    { peer: ONNX_RUNTIME, checks: (['wasm', 'js'] as const).map(overOnnx) },
    { peer: XGBOOST, checks: [OVER_XGBOOST] },
  ],
  async run({ quick, log }) {
    const settings = quick ? SHAPES.map(({ depth }) => ({ trees: 20, depth })) : SHAPES;
    const rows = quick ? 1_000 : ROWS;
    const rounds = quick ? 3 : ROUNDS;
    const xgboost = await startXgboost();
    try {
      const results: ForestResult[] = [];
      const generated = generatedRows(quick ? 3_000 : 12_000);
      for (const data of [generated, await mailRows()]) {
        for (const shape of settings) {
          log(`${data.name}: ${shape.trees} trees of depth ${shape.depth}`);
          results.push(await measure(await problemOf(data, shape, rows), xgboost, rounds));
        }
      }
      log('unbalanced trees');
      const problem = await problemOf(generated, UNBALANCED, rows);
      const unbalanced = await measure({ ...problem, name: 'unbalanced' }, xgboost, rounds);
      log('sparse products');
      const linear = await linearRatio(quick ? 3 : 2 * ROUNDS);
      const json = {
        workload: 'kernels',
        quick,
        machine: machine(),
        versions: {
          ...versions(),
          onnxruntime: onnxVersion(),
          ...(typeof xgboost !== 'string' && { xgboost: xgboost.version }),
        },
        forests: [...results, unbalanced],
        linear,
        checks: [
          ...(quick ? [] : [...results, unbalanced].flatMap(checksOf)),
          atMost('a sparse product as a multiple of a loop by hand', linear.ratio, 1.3),
        ],
      };
      return { json, table: tableOf([...results, unbalanced]) };
    } finally {
      if (typeof xgboost !== 'string') await xgboost.close();
    }
  },
};

/** Microseconds a row, and times as multiples of each kernel's: medians of the rounds, and of their ratios. */
interface Timed {
  readonly us: PerKernel;
  readonly overReference: PerKernel;
  readonly onnx: PeerTimes | string;
  /** For batches only. */
  readonly xgboost?: PeerTimes | string;
}

type PerKernel = Partial<Record<KernelName, number>>;

/**
 * A peer's times with one thread, as kernels use, and with as many as it chooses. Checks compare
 * one thread with one; beside it stands the quicker of its two times in each round.
 */
interface PeerTimes {
  readonly oneThreadUs: number;
  readonly manyThreadsUs: number;
  readonly oneThreadOver: PerKernel;
  readonly quickerOver: PerKernel;
}

export interface ForestResult {
  readonly name: string;
  readonly columns: number;
  readonly trees: number;
  readonly leavesPerTree: number;
  readonly batch: Timed;
  readonly single: Timed;
}

/** Every kernel that can run these trees, in turn with the others; answers must agree, the reference's bit for bit. */
async function measure(
  problem: KernelProblem,
  xgboost: XgboostPeer | string,
  rounds: number,
): Promise<ForestResult> {
  const { name, forest, columns: width, rows: values } = problem;
  const rows = values.length / width;
  const all = [denseBlock(rows, width, values)];
  const runs = KERNELS.map((wanted) => forestKernel(forest, [width], wanted)).filter(
    (kernel, i) => kernel.name === KERNELS[i],
  );
  const named = runs.map((kernel) => kernel.name);
  const out = new Float64Array(rows);
  const reference = new Float64Array(rows);
  runs[0].run(all, reference);
  for (const { run } of runs) {
    run(all, out);
    same(name, out, reference);
  }
  const few = Array.from({ length: Math.min(rows, SINGLE) }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
  const ones = few.map((row) => [denseBlock(1, width, row)]);

  const batches: (() => unknown)[] = runs.map((kernel) => () => kernel.run(all, out));
  const singles: (() => unknown)[] = runs.map((kernel) => () => {
    for (let pass = 0; pass < PASSES; pass++) for (const blocks of ones) kernel.run(blocks, out);
  });
  const sessions = await startSessions(problem);
  if (typeof sessions !== 'string') {
    for (const session of sessions) {
      near(name, await session.run(values, rows), reference);
      batches.push(() => session.run(values, rows));
      singles.push(async () => {
        for (const row of few) await session.run(row, 1);
      });
    }
  }
  // By its own clock, so that talking to it isn't counted.
  const theirs: [number[], number[]] = [[], []];
  if (typeof xgboost !== 'string') {
    await xgboost.give(problem);
    near(name, (await xgboost.predict(problem, 1)).sums, reference);
    for (const [i, threads] of [1, machine().cores].entries()) {
      batches.push(async () => {
        theirs[i].push(1000 * (await xgboost.predict(problem, threads)).seconds);
      });
    }
  }
  // Two warm-up runs: compilers optimize only code that runs often.
  for (const run of [...batches, ...singles, ...batches, ...singles]) await run();
  for (const times of theirs) times.length = 0;
  const batchTimes = await interleave(batches, rounds);
  const singleTimes = (await interleave(singles, rounds)).map((times, i) =>
    i < runs.length ? times.map((time) => time / PASSES) : times,
  );
  if (typeof sessions !== 'string') for (const session of sessions) await session.close();

  const timed = (times: readonly number[][], count: number) => {
    const us = (of: readonly number[]) => (1000 * median(of)) / count;
    const over = (slow: readonly number[]) =>
      Object.fromEntries(named.map((kernel, i) => [kernel, medianRatio(slow, times[i])]));
    const peer = ([one, many]: readonly number[][]): PeerTimes => ({
      oneThreadUs: us(one),
      manyThreadsUs: us(many),
      oneThreadOver: over(one),
      quickerOver: over(one.map((time, round) => Math.min(time, many[round]))),
    });
    return {
      us: Object.fromEntries(named.map((kernel, i) => [kernel, us(times[i])])),
      overReference: over(times[0]),
      onnx: typeof sessions === 'string' ? sessions : peer(times.slice(named.length, named.length + 2)),
      peer,
    };
  };
  const { peer, ...batch } = timed(batchTimes, rows);
  const { peer: _, ...single } = timed(singleTimes, ones.length);
  return {
    name,
    columns: width,
    trees: forest.roots.length,
    leavesPerTree: forest.feature.filter((feature) => feature === -1).length / forest.roots.length,
    batch: { ...batch, xgboost: typeof xgboost === 'string' ? xgboost : peer(theirs) },
    single,
  };
}

/** With one thread, and with as many as it chooses; or the reason why there is none. */
async function startSessions({ forest, columns: width }: KernelProblem): Promise<OnnxPeer[] | string> {
  const one = await startOnnx(forest, width, 1);
  const many = await startOnnx(forest, width);
  if (typeof one === 'string') return one;
  return typeof many === 'string' ? many : [one, many];
}

function same(name: string, ours: Float64Array, reference: Float64Array): void {
  const row = ours.findIndex((sum, i) => !Object.is(sum, reference[i]));
  if (row !== -1) throw new Error(`${name}: a kernel gives ${ours[row]}, its reference ${reference[row]}`);
}

/** They add Float32. */
function near(name: string, theirs: Float32Array, reference: Float64Array): void {
  const scale = reference.reduce((most, sum) => Math.max(most, Math.abs(sum)), 1);
  const row = reference.findIndex((sum, i) => !(Math.abs(sum - theirs[i]) <= 1e-4 * scale));
  if (row !== -1) throw new Error(`${name}: a peer gives ${theirs[row]}, the reference ${reference[row]}`);
}

/** How many times as long as each kernel the others must take, with one thread. */
const GOALS = {
  wasm: { onnx: { single: 5, batch: 4 }, reference: { single: 2.5, batch: 5 } },
  js: { onnx: { single: 2.5, batch: 0.5 }, reference: { single: 1.5, batch: 1.5 } },
} as const;

function checksOf({ name, batch, single }: ForestResult): Check[] {
  const over = (what: string, of: PeerTimes | string | undefined, kernel: KernelName, least: number) =>
    typeof of === 'object'
      ? atLeast(what, of.oneThreadOver[kernel] ?? Number.NaN, least)
      : leftOut(what, `>= ${least}`, of ?? 'not measured');
  return [
    ...(['single', 'batch'] as const).flatMap((kind) =>
      (['wasm', 'js'] as const).flatMap((kernel) => {
        const timed = kind === 'batch' ? batch : single;
        const { onnx, reference } = GOALS[kernel];
        return [
          over(`${name}, ${kind}, ${overOnnx(kernel)}`, timed.onnx, kernel, onnx[kind]),
          atLeast(
            `${name}, ${kind}: the reference's time over ${kernel}'s`,
            timed.overReference[kernel] ?? Number.NaN,
            reference[kind],
          ),
        ];
      }),
    ),
    over(`${name}, ${OVER_XGBOOST}`, batch.xgboost, 'wasm', 2),
  ];
}

function tableOf(results: readonly ForestResult[]): string {
  const number = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(2));
  const peer = (of: PeerTimes | string | undefined) =>
    typeof of === 'object' ? `${number(of.oneThreadUs)} / ${number(of.manyThreadsUs)}` : '-';
  const over = (of: PeerTimes | string | undefined, kernel: KernelName) =>
    typeof of === 'object' ? `${number(of.oneThreadOver[kernel])} / ${number(of.quickerOver[kernel])}` : '-';
  const lines = results.flatMap(({ name, batch, single }) =>
    [single, batch].map((timed) => [
      [name, timed === batch ? 'batch' : 'single'],
      [...KERNELS.map((kernel) => number(timed.us[kernel])), peer(timed.onnx), peer(timed.xgboost)],
      [over(timed.onnx, 'wasm'), over(timed.onnx, 'js'), over(timed.xgboost, 'wasm')],
    ]),
  );
  const times = ['us a row; peers with 1 / many threads', '', ...KERNELS, 'ONNX Runtime', 'XGBoost'];
  const ratios = [
    'as multiples of a kernel, 1 thread / the quicker',
    '',
    'ONNX Runtime : wasm',
    'ONNX Runtime : js',
    'XGBoost : wasm',
  ];
  return [
    columns([times, ...lines.map(([name, us]) => [...name, ...us])]),
    columns([ratios, ...lines.map(([name, , of]) => [...name, ...of])]),
  ].join('\n\n');
}
