import { medianSorted, quantileSorted } from 'simple-statistics';

/**
 * The line `fixed + perRow * size` through the times of batches of these sizes, with no part below 0. Errors are
 * relative, so each point has the weight 1 / time^2.
 *
 * @param trust further weights of the points. @defaultValue 1 each
 */
export function fitCost(
  sizes: readonly number[],
  times: readonly number[],
  trust: readonly number[] = sizes.map(() => 1),
): { fixed: number; perRow: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  sizes.forEach((x, i) => {
    const y = Math.max(times[i], 1e-6);
    const weight = trust[i] / (y * y);
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

/** Interquartile range of ascending numbers, as a share of their median. */
export function relativeRange(sorted: number[]): number {
  return (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / Math.max(1e-9, medianSorted(sorted));
}
