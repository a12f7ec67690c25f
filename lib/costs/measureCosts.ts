import { medianSorted, sum } from 'simple-statistics';
import { microseconds, waitOf } from './clock.js';
import type { Cost } from './cost.js';
import { fitCost, relativeRange } from './line.js';
import { isSteady, ROUNDS, type RoundsOptions, type Subject, timeRounds } from './rounds.js';

/** Larger batches are measured as they are served. */
const SIZES = [1, 8, 64];

/** The most rows that measuring a subject requests. @param sizes rows a batch */
export function mostMeasured(sizes: readonly number[] = SIZES): number {
  return (ROUNDS.costs.warmUp + ROUNDS.costs.most) * sum(sizes);
}

/** Measures several subjects in rounds. The medians of each batch size give the fixed and the per-row part. */
export async function measureCosts(subjects: readonly Subject[], options: RoundsOptions): Promise<Cost[]> {
  const samples = await timeRounds(subjects, SIZES, ROUNDS.costs, {
    ...options,
    isEnough: (times) => isSteady(times, ROUNDS.costs),
  });
  options.onProgress?.(1);
  return subjects.map(({ price, sizes = SIZES }, s) => {
    const sorted = samples[s].map((times) => microseconds(times).sort((a, b) => a - b));
    const { fixed, perRow } = fitCost(
      sizes,
      sorted.map((times) => medianSorted(times)),
    );
    const all = samples[s].flat();
    const wait = waitOf(sum(all.map(({ took }) => took)), sum(all.map(({ busy }) => busy)));
    return { fixed, perRow, growth: 0, wait, spread: relativeRange(sorted[sorted.length - 1]), price };
  });
}
