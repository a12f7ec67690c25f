import { type Clusters, type Random, ratioClustersNeeded } from '../../lib/stats/index.js';

/**
 * Images as clusters of what is found in them. They are in a random order, which must not matter to a test by betting.
 *
 * @param counts what counts in each image: objects, or windows
 * @param lost how many of these a setting loses in an image
 * @param most no image counts more
 * @returns the clusters of a setting, as shares of `most`
 */
export function imageClusters(
  counts: readonly number[],
  lost: (image: number, setting: number) => number,
  most: number,
  random: Random,
): (setting: number) => Clusters {
  const order = Int32Array.from(counts, (_, image) => image);
  random.fork('image order').shuffle(order);
  const shares = Float64Array.from(order, (image) => counts[image] / most);
  return (setting) => ({
    lost: Float64Array.from(order, (image) => lost(image, setting) / most),
    counts: shares,
  });
}

/** The least number of images like these with which a share is shown to be below `limit` if nothing is lost. */
export function clustersNeeded(
  counts: readonly number[],
  most: number,
  limit: number,
  delta: number,
): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  // If nothing counts in any image, nothing is known of how much does.
  return ratioClustersNeeded(all === 0 ? 1 : all / counts.length / most, limit, delta);
}
