import { medianSorted, quantile, sum } from 'simple-statistics';
import { exp, log } from '../util/math/index.js';
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
    const spread = relativeRange(sorted[sorted.length - 1]);
    return { fixed, perRow, growth: 0, wait, spread, swing: swingOf(sizes, sorted), price };
  });
}

/** A row alone may take many times what another does, as a long text: batches of fewer rows say nothing of swings. */
const FEWEST_ROWS = 8;
/** Times in microseconds that are too short to be told apart. */
const SHORTEST = 0.1;

/** @param times by size, ascending */
function swingOf(sizes: readonly number[], times: readonly (readonly number[])[]): number {
  const off = times.flatMap((own, i) => {
    if (sizes[i] < FEWEST_ROWS && i < sizes.length - 1) return [];
    const middle = log(Math.max(SHORTEST, medianSorted([...own])));
    return own.map((time) => Math.abs(log(Math.max(SHORTEST, time)) - middle));
  });
  return exp(quantile(off, 0.75));
}
