import { mean, median } from 'simple-statistics';
import { log, pow } from '../util/math/index.js';
import type { Cost } from './cost.js';
import type { Subject } from './rounds.js';

/** Batches of these sizes tell light rows from heavy ones. */
const SIZES = [8, 64];
/** The largest exponent that is believed. */
export const STEEPEST = 3;

/** Rows cut at the median size of those that have any, each half in the rows' order; rows of no size are in neither. */
export interface Halves<Row> {
  readonly light: readonly Row[];
  readonly heavy: readonly Row[];
  /** How many times the mean size of the light ones the heavy ones have. */
  readonly ratio: number;
}

/**
 * The halves of rows of these sizes; `undefined` if all rows with a size have (nearly) the same.
 */
export function halve<Row>(rows: readonly Row[], sizes: Float64Array): Halves<Row> | undefined {
  const sized = [...sizes].filter((size) => size > 0);
  if (sized.length < 2) return undefined;
  const cut = median(sized);
  const light = rows.filter((_, row) => sizes[row] > 0 && sizes[row] <= cut);
  const heavy = rows.filter((_, row) => sizes[row] > cut);
  if (light.length === 0 || heavy.length === 0) return undefined;
  const ratio = mean(sized.filter((size) => size > cut)) / mean(sized.filter((size) => size <= cut));
  return ratio > 1.2 ? { light, heavy, ratio } : undefined;
}

/** Subjects to measure over the light rows, and the same over the heavy ones. */
export function halfSubjects<Row>(
  { light, heavy }: Halves<Row>,
  subjectsOf: (rows: readonly Row[]) => readonly Subject[],
): Subject[] {
  return [light, heavy].flatMap((rows) => subjectsOf(rows).map((subject) => ({ ...subject, sizes: SIZES })));
}

/** The exponent that takes the light rows' cost to the heavy ones', from 0 to 3. */
export function growthOf({ ratio }: Halves<unknown>, light: Cost, heavy: Cost): number {
  if (!(light.perRow > 0 && heavy.perRow > 0)) return 0;
  return Math.min(STEEPEST, Math.max(0, log(heavy.perRow / light.perRow) / log(ratio)));
}

/** For a growth, the cost of each row as a multiple of the mean row's. */
export type SizeWeights = (growth: number) => Float64Array;

/** For rows of these sizes. Results are kept. */
export function sizeWeights(sizes: Float64Array): SizeWeights {
  const known = new Map<number, Float64Array>();
  return (growth) => {
    const weights = known.get(growth) ?? weigh(sizes, growth);
    known.set(growth, weights);
    return weights;
  };
}

/** For rows that all cost the same, at any growth. */
export function evenWeights(rows: number): SizeWeights {
  const ones = new Float64Array(rows).fill(1);
  return () => ones;
}

function weigh(sizes: Float64Array, growth: number): Float64Array {
  // Beside the largest, no power overflows, and those that underflow are nothing to the mean.
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (largest === 0) return sizes.map(() => 1);
  const weights = sizes.map((size) => pow(size / largest, growth));
  const usual = mean([...weights]);
  return weights.map((weight) => weight / usual);
}
