import { denseBlock } from 'spillway';
import { interleave, median, medianRatio } from '../examples/mail/measure.js';
import { forestKernel, type KernelName } from '../lib/kernels/index.js';
import { atLeast, atMost, type Check, columns, leftOut } from './checks.js';
import type { Workload } from './harness.js';
import {
  type ForestSettings,
  generatedRows,
  type KernelProblem,
  mailRows,
  problemOf,
} from './kernels-data.js';
import { linearRatio } from './kernels-linear.js';
import { type Pick, picksOf, worstPick } from './kernels-picks.js';
import { machine, versions } from './machine.js';
import { type OnnxPeer, startOnnx } from './peers/onnx.js';
import { startXgboost, type XgboostPeer } from './peers/xgboost.js';

const SHAPES: readonly ForestSettings[] = [
  { trees: 100, depth: 5 },
  { trees: 500, depth: 6 },
];
/** As the library grows them by default: by leaves, as deep as they like. */
const LOPSIDED: ForestSettings = { trees: 100, depth: Number.POSITIVE_INFINITY, leaves: 31 };
const KERNELS: readonly KernelName[] = ['reference', 'linked', 'flat', 'wasm'];
const ROWS = 10_000;
const SINGLE = 1_000;
const ROUNDS = 9;

/** Kernels of forests beside their reference, ONNX Runtime and XGBoost; products of sparse blocks; how kernels are picked. */
export const kernels: Workload = {
  async run({ quick, say }) {
    const settings = quick ? SHAPES.map(({ depth }) => ({ trees: 20, depth })) : SHAPES;
    const rows = quick ? 1_000 : ROWS;
    const rounds = quick ? 3 : ROUNDS;
    const xgboost = await startXgboost();
    try {
      const results: ForestResult[] = [];
      for (const data of [generatedRows(quick ? 3_000 : 12_000), await mailRows()]) {
        for (const shape of settings) {
          say(`${data.name}: ${shape.trees} trees of depth ${shape.depth}`);
          const problem = await problemOf(data, shape, rows);
          const onnx = await startOnnx(problem.forest, problem.columns);
          results.push(await measure(problem, onnx, xgboost, rounds));
          if (typeof onnx !== 'string') await onnx.close();
        }
      }
      say('lopsided trees');
      const lopsided = await problemOf(generatedRows(quick ? 3_000 : 12_000), LOPSIDED, rows);
      const onnx = await startOnnx(lopsided.forest, lopsided.columns);
      const deep = await measure({ ...lopsided, name: 'lopsided' }, onnx, xgboost, rounds);
      if (typeof onnx !== 'string') await onnx.close();
      say('sparse products');
      const linear = await linearRatio(quick ? 3 : 2 * ROUNDS);
      say('picks');
      const picks = await picksOf(quick);
      const json = {
        workload: 'kernels',
        quick,
        machine: machine(),
        versions: {
          ...versions(),
          ...(typeof onnx !== 'string' && { onnxruntime: onnx.version }),
          ...(typeof xgboost !== 'string' && { xgboost: xgboost.version }),
        },
        forests: [...results, deep],
        linear,
        picks,
        checks: [...results.flatMap((result) => checksOf(result)), ...rest(deep, linear.ratio, picks)],
      };
      return { json, table: tableOf([...results, deep]) };
    } finally {
      if (typeof xgboost !== 'string') await xgboost.close();
    }
  },
};

/** Microseconds a row, and times as multiples of another one's: medians of the rounds and of their ratios. */
interface Timed {
  readonly us: Partial<Record<KernelName, number>>;
  /** The reference's time as a multiple of each kernel's. */
  readonly overReference: Partial<Record<KernelName, number>>;
  /** ONNX Runtime's, or why it is missing. */
  readonly onnx: string | { readonly us: number; readonly over: Partial<Record<KernelName, number>> };
  /** XGBoost's with one thread, and with all cores; of batches only. */
  readonly xgboost?:
    | string
    | {
        readonly us: number;
        readonly allCoresUs: number;
        readonly over: Partial<Record<KernelName, number>>;
      };
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
  onnx: OnnxPeer | string,
  xgboost: XgboostPeer | string,
  rounds: number,
): Promise<ForestResult> {
  const { name, forest, columns: width, rows: values } = problem;
  const rows = values.length / width;
  const all = [denseBlock(rows, width, values)];
  const runs = KERNELS.map((wanted) => forestKernel(forest, [width], wanted)).filter(
    (kernel, i) => kernel.name === KERNELS[i],
  );
  const answers = runs.map(({ run }) => {
    const out = new Float64Array(rows * forest.outputs);
    run(all, out);
    return out;
  });
  for (const out of answers) same(name, out, answers[0]);
  const out = new Float64Array(rows * forest.outputs);
  const named = runs.map((kernel) => kernel.name);

  const batches: (() => unknown)[] = runs.map(
    ({ run }) =>
      () =>
        run(all, out),
  );
  if (typeof onnx !== 'string') {
    near(name, await onnx.run(values, rows), answers[0]);
    batches.push(() => onnx.run(values, rows));
  }
  // By its own clock, so that talking to it isn't counted.
  const theirs: [one: number[], all: number[]] = [[], []];
  if (typeof xgboost !== 'string') {
    const given = { name, columns: width, forest, rows: values };
    await xgboost.give(given);
    near(name, (await xgboost.predict(given, 1)).sums, answers[0]);
    for (const [i, threads] of [1, machine().cores].entries()) {
      batches.push(async () => {
        theirs[i].push(1000 * (await xgboost.predict(given, threads)).seconds);
      });
    }
  }
  // Once unmeasured: compilers wait to see what is worth their while.
  for (const run of [...batches, ...batches]) await run();
  for (const times of theirs) times.length = 0;
  const batchTimes = await interleave(batches, rounds);

  const few = Array.from({ length: Math.min(rows, SINGLE) }, (_, row) => {
    return values.slice(row * width, (row + 1) * width);
  });
  const ones = few.map((row) => [denseBlock(1, width, row)]);
  const singles: (() => unknown)[] = runs.map(({ run }) => () => {
    for (const blocks of ones) run(blocks, out);
  });
  if (typeof onnx !== 'string') {
    singles.push(async () => {
      for (const row of few) await onnx.run(row, 1);
    });
  }
  for (const run of [...singles, ...singles]) await run();
  const singleTimes = await interleave(singles, rounds);

  const leaves = forest.feature.filter((feature) => feature === -1).length;
  const timed = (times: readonly number[][], count: number): Timed => {
    const us = (of: readonly number[]) => (1000 * median(of)) / count;
    const over = (slow: readonly number[]) =>
      Object.fromEntries(named.map((kernel, i) => [kernel, medianRatio(slow, times[i])]));
    const other = times[named.length];
    return {
      us: Object.fromEntries(named.map((kernel, i) => [kernel, us(times[i])])),
      overReference: over(times[0]),
      onnx: typeof onnx === 'string' ? onnx : { us: us(other), over: over(other) },
    };
  };
  return {
    name,
    columns: width,
    trees: forest.roots.length,
    leavesPerTree: leaves / forest.roots.length,
    batch: {
      ...timed(batchTimes, rows),
      xgboost:
        typeof xgboost === 'string'
          ? xgboost
          : {
              us: (1000 * median(theirs[0])) / rows,
              allCoresUs: (1000 * median(theirs[1])) / rows,
              over: Object.fromEntries(
                named.map((kernel, i) => [kernel, medianRatio(theirs[0], batchTimes[i])]),
              ),
            },
    },
    single: timed(singleTimes, ones.length),
  };
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

const GOALS = { single: 15, batch: 4 };

function checksOf({ name, batch, single }: ForestResult): Check[] {
  const checks: Check[] = [];
  for (const [kind, timed] of [
    ['single', single],
    ['batch', batch],
  ] as const) {
    for (const [kernel, share] of [
      ['wasm', 1],
      ['flat', 0.5],
    ] as const) {
      const what = `${name}, ${kind}: ONNX Runtime's time over ${kernel}'s`;
      const least = share * GOALS[kind];
      checks.push(
        typeof timed.onnx === 'string'
          ? leftOut(what, `>= ${least}`, timed.onnx)
          : atLeast(what, timed.onnx.over[kernel] ?? Number.NaN, least),
        atLeast(
          `${name}, ${kind}: the reference's time over ${kernel}'s`,
          timed.overReference[kernel] ?? Number.NaN,
          5,
        ),
      );
    }
  }
  const what = `${name}, batch: XGBoost's time over wasm's`;
  const { xgboost } = batch;
  checks.push(
    typeof xgboost === 'object'
      ? atLeast(what, xgboost.over.wasm ?? Number.NaN, 2)
      : leftOut(what, '>= 2', xgboost ?? 'not asked'),
  );
  return checks;
}

function rest(lopsided: ForestResult, linear: number, picks: readonly Pick[]): Check[] {
  return [
    atLeast(
      "lopsided trees, batch: the reference's time over wasm's",
      lopsided.batch.overReference.wasm ?? Number.NaN,
      5,
    ),
    atMost('a sparse product as a multiple of a loop by hand', linear, 1.3),
    atMost("the pick's time as a multiple of the quickest kernel's, over all shapes", worstPick(picks, 'best'), 1.3),
    atMost('the same without WebAssembly', worstPick(picks, 'plain'), 1.5),
  ];
}

function tableOf(results: readonly ForestResult[]): string {
  const number = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(2));
  const lines = results.flatMap(({ name, batch, single }) =>
    (['single', 'batch'] as const).map((kind) => {
      const timed = kind === 'batch' ? batch : single;
      const { xgboost } = timed;
      return [
        name,
        kind,
        ...KERNELS.map((kernel) => number(timed.us[kernel])),
        typeof timed.onnx === 'string' ? '-' : number(timed.onnx.us),
        typeof xgboost === 'object' ? `${number(xgboost.us)} / ${number(xgboost.allCoresUs)}` : '-',
      ];
    }),
  );
  return columns([['us a row', '', ...KERNELS, 'ONNX Runtime', 'XGBoost, 1 thread / all cores'], ...lines]);
}
