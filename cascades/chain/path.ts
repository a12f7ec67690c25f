import type { Thresholds } from './evidence.js';

/**
 * A chain's plans from careful to bold: all its thresholds moved together by one amount of log-odds, from never
 * exiting, through the chain's own thresholds, to bolder ones.
 */
export function pathOf(thresholds: Thresholds, shifts: readonly number[]): Thresholds[] {
  return shifts.map((shift) => thresholds.map((stage) => stage.map((threshold) => moved(threshold, shift))));
}

function moved(threshold: number, shift: number): number {
  if (threshold === Number.POSITIVE_INFINITY) return threshold;
  return 1 / (1 + ((1 - threshold) / threshold) * Math.exp(-shift));
}
