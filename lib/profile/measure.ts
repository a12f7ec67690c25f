import { medianSorted, quantileSorted } from 'simple-statistics';
import type { Clock } from './clock.js';
import type { Cost } from './cost.js';

/** Something whose cost depends on how many rows it is given. */
export interface Subject {
  readonly name: string;
  readonly price: number;
  /** Rows a batch, ascending. @defaultValue 1, 8, 64 and 256 */
  readonly sizes?: readonly number[];
  /**
   * Readies a run over `size` rows, different ones for each `round`, and returns it. Only the run is timed, so
   * what others pay for (a shared transform) is done while readying.
   */
  ready(size: number, round: number): (() => unknown) | Promise<() => unknown>;
}

/** Options of `measure`. */
export interface MeasureOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

const SIZES = [1, 8, 64, 256];
const WARM_UP = 3;
const LEAST_ROUNDS = 7;
const MOST_ROUNDS = 40;
/** Rounds end when the median's interval is this tight for every subject, or the time is up. */
const TIGHT = 0.03;
const MOST_MILLISECONDS = 8_000;

/**
 * Measures several subjects in turn, round after round, so that a change of the machine's speed meets all of them
 * and none has the caches to itself. The medians of each batch size give the fixed and the per-row part.
 */
export async function measure(subjects: readonly Subject[], options: MeasureOptions): Promise<Cost[]> {
  const { clock, signal, onProgress } = options;
  const sizes = subjects.map((subject) => subject.sizes ?? SIZES);
  const samples = sizes.map((each) => each.map((): number[] => []));
  let wall = subjects.map(() => 0);
  let busy = subjects.map(() => 0);
  const begin = clock.now();
  for (let round = -WARM_UP; round < MOST_ROUNDS; round++) {
    if (round === 0) [wall, busy] = [subjects.map(() => 0), subjects.map(() => 0)];
    for (let s = 0; s < subjects.length; s++) {
      for (let i = 0; i < sizes[s].length; i++) {
        signal?.throwIfAborted();
        const run = await subjects[s].ready(sizes[s][i], round + WARM_UP);
        const cpu = clock.cpu?.() ?? 0;
        const start = clock.now();
        const waiting = run();
        const waits = waiting instanceof Promise;
        if (waits) await waiting;
        const took = clock.now() - start;
        wall[s] += took;
        busy[s] += waits && clock.cpu !== undefined ? Math.min(took, clock.cpu() - cpu) : took;
        if (round >= 0) samples[s][i].push(took * 1000);
      }
    }
    const late = clock.now() - begin > MOST_MILLISECONDS;
    if (round + 1 >= LEAST_ROUNDS && (late || samples.every((of) => isTight(of[of.length - 1])))) break;
    const share = Math.max((round + 1) / MOST_ROUNDS, (clock.now() - begin) / MOST_MILLISECONDS);
    onProgress?.(Math.min(0.99, Math.max(0, share)));
  }
  onProgress?.(1);
  return subjects.map(({ price }, s) => {
    const sorted = samples[s].map((times) => times.sort((a, b) => a - b));
    const { fixed, perRow } = fitCost(
      sizes[s],
      sorted.map((times) => medianSorted(times)),
    );
    const largest = sorted[sorted.length - 1];
    const wait = wall[s] > 0 ? Math.max(0, 1 - busy[s] / wall[s]) : 0;
    return { fixed, perRow, growth: 0, wait: wait < 0.05 ? 0 : wait, spread: range(largest), price };
  });
}

/**
 * The line `fixed + perRow * size` through the medians, none of its parts negative. Errors are relative, so each
 * point weighs by 1 / median^2.
 */
export function fitCost(
  sizes: readonly number[],
  medians: readonly number[],
): { fixed: number; perRow: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  sizes.forEach((x, i) => {
    const y = Math.max(medians[i], 1e-6);
    const weight = 1 / (y * y);
    w += weight;
    wx += weight * x;
    wy += weight * y;
    wxx += weight * x * x;
    wxy += weight * x * y;
  });
  const perRow = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  const fixed = (wy - perRow * wx) / w;
  if (perRow <= 0) return { fixed: wy / w, perRow: 0 };
  if (fixed <= 0) return { fixed: 0, perRow: wxy / wxx };
  return { fixed, perRow };
}

/** Whether the median's 95 % interval, from the interquartile range, is within `TIGHT` of it. */
function isTight(times: readonly number[]): boolean {
  const sorted = [...times].sort((a, b) => a - b);
  return (1.57 * range(sorted)) / Math.sqrt(sorted.length) < TIGHT;
}

function range(sorted: number[]): number {
  return (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / Math.max(1e-9, medianSorted(sorted));
}
