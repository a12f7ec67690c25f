import { mean, sum } from 'simple-statistics';
import type { Transform } from '../features/define/index.js';
import { type Random, sample } from '../stats/index.js';
import { log, square } from '../util/math/index.js';
import { type TimedRun, waitOf } from './clock.js';
import type { Cost } from './cost.js';
import { STEEPEST } from './growth.js';
import { fitCost, relativeRange } from './line.js';

/**
 * Batches that are timed among the rows that are computed anyway: rows a batch, and how many such
 * batches. The smallest come first, when nothing is warm yet.
 */
const CUTS: readonly (readonly [size: number, batches: number])[] = [
  [1, 16],
  [8, 8],
  [64, 3],
  [256, 2],
];

/**
 * Positions of rows, in batches from small to large: a random sample of all, or all where there are too few.
 *
 * @param rows how many there are
 */
export function cutSamples(rows: number, random: Random): Int32Array[] {
  const wanted = sum(CUTS.map(([size, batches]) => size * batches));
  const drawn = sample(rows, Math.min(rows, wanted), random);
  random.shuffle(drawn);
  const cut: Int32Array[] = [];
  let from = 0;
  for (const [size, batches] of CUTS) {
    for (let i = 0; i < batches && from < drawn.length; i++) {
      cut.push(drawn.slice(from, from + size));
      from += size;
    }
  }
  return cut;
}

/** A batch that was timed. */
export interface TimedBatch extends TimedRun {
  /** Positions of its rows. */
  readonly rows: Int32Array;
}

/**
 * Times of the first rows, for all features and transforms: each by itself, on the same batches.
 */
export interface TimedFeatures<Row> {
  /** One a feature. */
  readonly features: readonly (readonly TimedBatch[])[];
  readonly transforms: ReadonlyMap<Transform<Row, unknown>, readonly TimedBatch[]>;
  /** The batches themselves: results of transforms for their rows live as long as these. */
  readonly batches: readonly (readonly Row[])[];
}

/**
 * Microseconds a row from which a part counts as slow: in a batch of 1,024, its share of the costs
 * a batch included.
 */
export const SLOW = 1000;
const BATCH = 1024;

/** Whether something has a price or is slow, so that it is called no more than necessary. */
export function isDear({ price, fixed, perRow }: Cost): boolean {
  return price > 0 || fixed / BATCH + perRow >= SLOW;
}

/**
 * The cost of something that was timed once for each row. The first batch of each size is a warm-up. A size with that
 * batch alone counts only if no size has more.
 *
 * @param price money a row
 * @param sizes of the rows, as {@link rowSizes} has them: rows that were alone show how the cost grows with them
 */
export function sampledCost(batches: readonly TimedBatch[], price: number, sizes: Float64Array): Cost {
  const all = [...new Set(batches.map(({ rows }) => rows.length))].map((size) => ({
    size,
    warm: batches.filter(({ rows }) => rows.length === size),
  }));
  const repeated = all.flatMap(({ size, warm }) => (warm.length > 1 ? [{ size, warm: warm.slice(1) }] : []));
  const points = repeated.length > 1 ? repeated : all;
  const times = points.map(({ warm }) => warm.map(({ took }) => took * 1000));
  const { fixed, perRow } =
    points.length > 1
      ? fitCost(
          points.map(({ size }) => size),
          // Rows differ, and a mean counts them all; it is more precise the more there are.
          times.map((each) => mean(each)),
          points.map(({ size, warm }) => size * warm.length),
        )
      : { fixed: 0, perRow: points.length === 0 ? 0 : mean(times[0]) / points[0].size };
  const counted = points.flatMap(({ warm }) => warm);
  const largest = times.findLast((each) => each.length > 2) ?? times.at(-1) ?? [0];
  return {
    fixed,
    perRow,
    growth: growthAlong(counted, fixed, sizes),
    wait: waitOf(sum(counted.map(({ took }) => took)), sum(counted.map(({ busy }) => busy))),
    spread: relativeRange([...largest].sort((a, b) => a - b)),
    price,
  };
}

/** The fewest single rows that may show growth, and how many times its own error the growth must be. */
const [FEWEST, SURE] = [8, 4];

/** The slope of the logarithms of times by those of sizes, if it is significant. */
function growthAlong(batches: readonly TimedBatch[], fixed: number, sizes: Float64Array): number {
  const points = batches.flatMap(({ rows, took }) => {
    const size = sizes[rows[0]];
    const time = took * 1000 - fixed;
    return rows.length === 1 && size > 0 && time > 0 ? [{ x: log(size), y: log(time) }] : [];
  });
  if (points.length < FEWEST) return 0;
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const summed = (of: (dx: number, dy: number) => number) => sum(points.map((at) => of(at.x - x, at.y - y)));
  const xx = summed((dx) => dx * dx);
  if (xx < 1e-3 * points.length) return 0;
  const slope = summed((dx, dy) => dx * dy) / xx;
  const rest = summed((dx, dy) => square(dy - slope * dx));
  const error = Math.sqrt(rest / (points.length - 2) / xx);
  return slope > SURE * error ? Math.min(STEEPEST, slope) : 0;
}
