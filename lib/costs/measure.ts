import { medianSorted, sum } from 'simple-statistics';
import type { Clock } from './clock.js';
import type { Cost } from './cost.js';
import { fitCost, rangeOf } from './line.js';
import { timed, waitOf } from './timed.js';

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
const MOST_MILLISECONDS = 5_000;

/** The most rows that measuring a subject requests. @param sizes rows a batch */
export function mostMeasured(sizes: readonly number[] = SIZES): number {
  return (WARM_UP + MOST_ROUNDS) * sum(sizes);
}

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
        const { took, busy: worked } = await timed(clock, run);
        wall[s] += took;
        busy[s] += worked;
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
    return { fixed, perRow, growth: 0, wait: waitOf(wall[s], busy[s]), spread: rangeOf(largest), price };
  });
}

/** Whether the median's 95 % interval, from the interquartile range, is within `TIGHT` of it. */
function isTight(times: readonly number[]): boolean {
  const sorted = [...times].sort((a, b) => a - b);
  return (1.57 * rangeOf(sorted)) / Math.sqrt(sorted.length) < TIGHT;
}
