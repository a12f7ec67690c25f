import { denseBlock, gradientBoosting } from 'spillway';
import { interleave, median, medianRatio } from '../examples/mail/measure.js';
import { random } from '../lib/stats/index.js';
import { columns } from './checks.js';
import { machine } from './machine.js';

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly rounds: number;
}

/** From where nothing is gained to where most is. */
const SHAPES: readonly Shape[] = [
  { rows: 10_000, columns: 20, classes: 2, rounds: 100 },
  { rows: 50_000, columns: 20, classes: 2, rounds: 100 },
  { rows: 200_000, columns: 20, classes: 2, rounds: 100 },
  { rows: 500_000, columns: 50, classes: 2, rounds: 100 },
  { rows: 60_000, columns: 100, classes: 10, rounds: 20 },
];
const ROUNDS = 5;

export interface ThreadsResult extends Shape {
  readonly threads: number;
  /** Of a fit with one thread, and with `threads`. */
  readonly seconds: readonly [one: number, several: number];
  /** How many times longer one thread takes. */
  readonly ratio: number;
}

/** Fits in turn with one thread and with as many as there are cores (two at least). */
export async function measureThreads(seed: number, quick: boolean): Promise<ThreadsResult[]> {
  const threads = Math.max(2, machine().cores);
  const results: ThreadsResult[] = [];
  for (const full of quick ? SHAPES.slice(0, 1) : SHAPES) {
    const shape = quick ? { ...full, rows: 2_000, rounds: 10 } : full;
    const set = rowsOf(shape, seed);
    const settings = { rounds: shape.rounds, maxDepth: 5, minRows: 20, l2: 0 };
    const fit = (count: number) => () => gradientBoosting({ ...settings, threads: count }).fit(set, { seed });
    const [one, several] = await interleave([fit(1), fit(threads)], quick ? 1 : ROUNDS);
    results.push({
      ...shape,
      threads,
      seconds: [median(one) / 1000, median(several) / 1000],
      ratio: medianRatio(one, several),
    });
  }
  return results;
}

export function threadsTable(results: readonly ThreadsResult[]): string {
  return columns([
    [
      'boosting with threads',
      'classes',
      'rounds',
      '1 thread, s',
      `${results[0].threads} threads, s`,
      'ratio',
    ],
    ...results.map(({ rows, columns: wide, classes, rounds, seconds: [one, several], ratio }) => [
      `${rows} x ${wide}`,
      String(classes),
      String(rounds),
      one.toFixed(2),
      several.toFixed(2),
      ratio.toFixed(2),
    ]),
  ]);
}

/** Classes by a sum that is smooth, jumps and interacts in six of the columns. */
function rowsOf({ rows, columns: wide, classes }: Shape, seed: number) {
  const stream = random(seed).fork('threads');
  const values = Float32Array.from({ length: rows * wide }, () => stream.normal());
  const labels = Int32Array.from({ length: rows }, (_, r) => {
    const [a, b, c, d, e, f] = values.subarray(r * wide, r * wide + 6);
    const sum = 3 * a + (c > 0.5 ? 3 * b : -b) + 2 * Math.sin(3 * d) + (e > 0 ? 2 : -2) + f + stream.normal();
    return Math.min(classes - 1, Math.max(0, Math.floor((classes + sum) / 2)));
  });
  return { blocks: [denseBlock(rows, wide, values)], rows, classes, labels };
}
