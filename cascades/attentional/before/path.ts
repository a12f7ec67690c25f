import { comparePermissive, DialReader, type DialSetting, settingOf, spaced } from '../dial/index.js';
import type { CascadeModel } from '../model/index.js';
import type { BeforeExpectation } from './certificate.js';
import { type MeasuredCosts, scoreCost } from './costs.js';
import type { SeenWindows } from './seen.js';

/** The path goes on until this many times epsilon is lost on the tuning images. */
const BEYOND = 2;

/**
 * Settings from permissive to selective: whole stages up to the first loss on the tuning images, then one for each further accepted
 * window that would be lost.
 *
 * @param most settings at most, beside those of whole stages
 */
export function pathOf(
  cascade: CascadeModel,
  seen: readonly SeenWindows[],
  epsilon: number,
  most: number,
): DialSetting[] {
  const { stageThresholds } = cascade;
  const total = stageThresholds.length;
  const own = seen
    .flatMap(({ accepted, stages, sums }) =>
      Array.from(accepted).flatMap((window) =>
        stages[window] < 0 ? [] : [settingOf(stages[window], sums[window], total)],
      ),
    )
    .sort(comparePermissive);
  const all = seen.reduce((sum, { accepted }) => sum + accepted.length, 0);
  const first = own[0] ?? { stages: total, threshold: stageThresholds[total - 1] };
  const whole = Array.from({ length: first.stages - 1 }, (_, s) => ({
    stages: s + 1,
    threshold: stageThresholds[s],
  }));
  const lossy = own.slice(0, 1 + Math.ceil(BEYOND * epsilon * all));
  return [...whole, ...spaced(lossy.length === 0 ? [first] : lossy, most)];
}

/** What each setting is expected to cost an image. */
export function expectedCosts(
  cascade: CascadeModel,
  path: readonly DialSetting[],
  seen: readonly SeenWindows[],
  costs: MeasuredCosts,
  batch: number,
): BeforeExpectation[] {
  const reader = new DialReader(path, cascade);
  const windows = seen.reduce((sum, { stages }) => sum + stages.length, 0) / seen.length;
  const passing = path.map(() => 0);
  const scoring = path.map(() => 0);
  let fullCost = 0;
  for (const { stages, sums } of seen) {
    const passed = new Float64Array(path.length + 1);
    for (let window = 0; window < stages.length; window++)
      passed[reader.passed(stages[window], sums[window])]++;
    let left = 0;
    for (let j = path.length - 1; j >= 0; j--) {
      left += passed[j + 1];
      passing[j] += left / seen.length;
      scoring[j] += scoreCost(costs, left, batch) / seen.length;
    }
    fullCost += scoreCost(costs, stages.length, batch) / seen.length;
  }
  return path.map(({ stages }, j) => {
    const cost = (costs.scan.get(stages) ?? 0) + scoring[j];
    return { cost, fullCost, speedup: cost > 0 ? fullCost / cost : 1, windows, passed: passing[j] };
  });
}
