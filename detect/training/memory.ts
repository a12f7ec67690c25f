import { OptionError } from '../../lib/errors.js';

/** Bins of all features take so many bytes at most. */
const MOST_BYTES = 2 ** 31;

/** More features aren't enumerated. */
const MOST_FEATURES = 2 ** 28;

/**
 * @param all features of the window, of which `wanted` are drawn
 * @param rows windows that a stage is fitted on
 * @throws OptionError where bins would take too much memory
 */
export function checkMemory(
  [width, height]: readonly [number, number],
  all: number,
  wanted: number | undefined,
  rows: number,
): void {
  if (all > MOST_FEATURES) {
    throw new OptionError('window', `${width} x ${height} pixels have too many features: ${all}`);
  }
  const features = Math.min(all, wanted ?? all);
  if (features * rows <= MOST_BYTES) return;
  const most = Math.floor(MOST_BYTES / rows);
  throw new OptionError(
    'features',
    `${features} features of ${rows} windows take more than 2 GiB; draw ${most} or fewer`,
  );
}
