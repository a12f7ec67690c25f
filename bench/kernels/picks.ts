import { denseBlock } from 'spillway';
import { type Forest, forestKernel, type KernelName } from '../../lib/kernels/index.js';
import { random } from '../../lib/stats/index.js';
import { interleave } from '../harness/measure.js';

const DEPTHS = [2, 4, 6, 8, 10];
const TREES = [1, 5, 20, 100];
const COLUMNS = [8, 28];
const KERNELS: readonly KernelName[] = ['reference', 'linked', 'flat', 'wasm'];
const ROWS = 512;
const ROUNDS = 9;
/** A turn of rows alone goes through them so often: see kernels.ts. */
const PASSES = 5;

/** Each kernel's time on one shape of forest, and which of them `forestKernel` takes, with and without WebAssembly. */
export interface Pick {
  readonly trees: number;
  readonly depth: number;
  readonly columns: number;
  /** Microseconds a row, alone and in a batch: the least of the rounds. */
  readonly single: Partial<Record<KernelName, number>>;
  readonly batch: Partial<Record<KernelName, number>>;
  readonly best: KernelName;
  readonly plain: KernelName;
}

/** What the choice of a kernel rests on. */
export async function picksOf(quick: boolean): Promise<Pick[]> {
  const picks: Pick[] = [];
  // Once for nothing: compilers are at work while the first one is timed.
  await pickOf(TREES[0], DEPTHS[0], COLUMNS[0]);
  for (const columns of COLUMNS) {
    for (const depth of quick ? [4] : DEPTHS) {
      for (const trees of TREES) picks.push(await pickOf(trees, depth, columns));
    }
  }
  return picks;
}

async function pickOf(trees: number, depth: number, columns: number): Promise<Pick> {
  const forest = fullForest(trees, depth, columns);
  const stream = random(2).fork('rows');
  const values = Float32Array.from({ length: ROWS * columns }, () => stream.normal());
  const all = [denseBlock(ROWS, columns, values)];
  const ones = Array.from({ length: ROWS }, (_, row) => [
    denseBlock(1, columns, values.slice(row * columns, (row + 1) * columns)),
  ]);
  const kernels = KERNELS.map((wanted) => forestKernel(forest, [columns], wanted));
  const out = new Float64Array(ROWS);
  const runs = kernels.flatMap(({ run }) => [
    () => {
      for (let pass = 0; pass < PASSES; pass++) for (const blocks of ones) run(blocks, out);
    },
    () => run(all, out),
  ]);
  // The least, since other work on the machine only adds: each of these times is a few milliseconds.
  const times = (await interleave(runs, ROUNDS, true)).map((one) => (1000 * Math.min(...one)) / ROWS);
  const named = (offset: number, passes: number) =>
    Object.fromEntries(kernels.map(({ name }, i) => [name, times[2 * i + offset] / passes]));
  return {
    trees,
    depth,
    columns,
    single: named(0, PASSES),
    batch: named(1, 1),
    best: forestKernel(forest, [columns]).name,
    plain: forestKernel(forest, [columns], 'plain').name,
  };
}

/** The worst over the shapes of what the pick takes as a multiple of the quickest: single rows and batches weigh the same. */
export function worstPick(picks: readonly Pick[], which: 'best' | 'plain'): number {
  const time = ({ single, batch }: Pick, kernel: KernelName) =>
    Math.sqrt((single[kernel] ?? Number.NaN) * (batch[kernel] ?? Number.NaN));
  const known = which === 'best' ? KERNELS : KERNELS.filter((kernel) => kernel !== 'wasm');
  return picks.reduce((worst, pick) => {
    const quickest = Math.min(...known.map((kernel) => time(pick, kernel)).filter((took) => took > 0));
    return Math.max(worst, time(pick, pick[which]) / quickest);
  }, 1);
}

/** Complete trees that ask random columns for random thresholds. */
function fullForest(trees: number, depth: number, columns: number): Forest {
  const stream = random(1).fork('full');
  const size = 2 ** (depth + 1) - 1;
  const inner = 2 ** depth - 1;
  const nodes = trees * size;
  const isInner = (node: number) => node % size < inner;
  const root = (node: number) => node - (node % size);
  const of = (make: (node: number) => number) => Array.from({ length: nodes }, (_, node) => make(node));
  return {
    outputs: 1,
    base: new Float64Array(1),
    roots: Int32Array.from({ length: trees }, (_, tree) => tree * size),
    feature: Int32Array.from(of((node) => (isInner(node) ? Math.floor(columns * stream.uniform()) : -1))),
    threshold: Float32Array.from(of(() => Math.round(40 * stream.normal()) / 40)),
    left: Int32Array.from(of((node) => (isInner(node) ? root(node) + 2 * (node % size) + 1 : -1))),
    right: Int32Array.from(of((node) => (isInner(node) ? root(node) + 2 * (node % size) + 2 : -1))),
    missingLeft: Uint8Array.from(of(() => Math.floor(2 * stream.uniform()))),
    set: new Int32Array(nodes).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.from(of(() => stream.normal())),
  };
}
