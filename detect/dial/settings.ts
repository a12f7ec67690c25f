import { thresholdAt } from '../model/index.js';
import type { DialSetting } from './dial.js';

/**
 * The most selective setting that a window passes: as many stages as ran, with its own sum as the last threshold.
 *
 * @see Viola and Jones, Robust real-time face detection, IJCV 2004, section 5.4: how they draw the curve of a cascade
 */
export function settingOf(stages: number, sum: number, total: number): DialSetting {
  return { stages: Math.min(total, stages + 1), threshold: thresholdAt(sum) };
}

/** Negative for the more permissive of two settings. */
export function comparePermissive(a: DialSetting, b: DialSetting): number {
  return a.stages - b.stages || a.threshold - b.threshold;
}

/** At most so many of the settings in order, evenly spaced, each once. */
export function spaced(ordered: readonly DialSetting[], most: number): DialSetting[] {
  const taken = Array.from(
    { length: Math.min(most, ordered.length) },
    (_, i, of = Math.min(most, ordered.length)) =>
      ordered[of === 1 ? 0 : Math.round((i * (ordered.length - 1)) / (of - 1))],
  );
  return taken.filter((setting, i) => i === 0 || comparePermissive(taken[i - 1], setting) < 0);
}
