import { checkKeys, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { type CascadeModel, limitOf, partOf } from '../model/index.js';

/** A cascade's first stages, the last of them with a threshold of its own. */
export interface DialSetting {
  /** How many stages are kept, 1 or more. */
  readonly stages: number;
  /** The threshold of the last one that is kept. It is at most the trained one, unless all stages are kept. */
  readonly threshold: number;
}

/** Settings of a detector, from the one that passes most windows to the one that passes least. Plain data. */
export interface Dial {
  readonly settings: readonly DialSetting[];
  /** Digests of the images that it was set on: a certificate on these is refused. @defaultValue none */
  readonly digests?: readonly number[];
}

/** The dial of a detector as it is: one setting. */
export function fixedDial({ stageThresholds }: CascadeModel): Dial {
  const stages = stageThresholds.length;
  return { settings: [{ stages, threshold: stageThresholds[stages - 1] }] };
}

/** The model of a setting: stages beyond it are left out. Features stay, so that their numbers do. */
export function modelAt(model: CascadeModel, { stages, threshold }: DialSetting): CascadeModel {
  const kept = partOf(model, 0, stages);
  kept.stageThresholds[stages - 1] = threshold;
  return kept;
}

/** Tells which settings windows pass, from what the whole cascade made of them. */
export class DialReader {
  /** The least number of stages that any setting keeps. */
  readonly least: number;
  private readonly stages: Int32Array;
  private readonly limits: Float64Array;
  private readonly total: number;

  constructor(settings: readonly DialSetting[], model: CascadeModel) {
    this.total = model.stageThresholds.length;
    this.stages = Int32Array.from(settings, ({ stages }) => stages);
    this.limits = Float64Array.from(settings, ({ threshold }) => limitOf(threshold));
    this.least = this.stages[0];
  }

  /**
   * How many settings a window passes: the first ones.
   *
   * @param stages that it passed of the whole cascade; below 0 if it is too flat
   * @param sum of the last stage that ran
   */
  passed(stages: number, sum: number): number {
    if (stages < this.least - 1) return 0;
    let [passed, failed] = [0, this.stages.length];
    while (passed < failed) {
      const middle = (passed + failed) >> 1;
      if (this.isPassed(middle, stages, sum)) passed = middle + 1;
      else failed = middle;
    }
    return passed;
  }

  private isPassed(setting: number, stages: number, sum: number): boolean {
    const needed = this.stages[setting];
    if (stages >= needed && needed < this.total) return true;
    // Either the setting's last stage is the one that refused the window, or no stage did.
    return stages >= needed - 1 && sum >= this.limits[setting];
  }
}

/** @throws OptionError for settings that the model doesn't have, or that aren't in order */
export function checkDial(dial: Dial, model: CascadeModel, isOpencv: boolean): void {
  checkKeys(dial, ['settings', 'digests'], 'dial.');
  const { settings } = dial;
  if (!Array.isArray(settings) || settings.length === 0) {
    throw new OptionError('dial.settings', `expected an array of settings, got ${show(settings)}`);
  }
  const total = model.stageThresholds.length;
  for (const [i, setting] of settings.entries()) {
    const name = `dial.settings[${i}]`;
    checkKeys(setting, ['stages', 'threshold'], `${name}.`);
    const { stages, threshold }: DialSetting = setting;
    checkWhole(`${name}.stages`, stages, 1, total);
    if (!Number.isFinite(threshold)) {
      throw new OptionError(`${name}.threshold`, `expected a finite number, got ${show(threshold)}`);
    }
    const trained = model.stageThresholds[stages - 1];
    if (stages < total && Math.fround(threshold) > trained) {
      throw new OptionError(
        `${name}.threshold`,
        `expected at most ${trained}, the threshold of stage ${stages}, since later stages are left out; ` +
          `got ${threshold}`,
      );
    }
    if (isOpencv && stages === 1 && Math.fround(threshold) !== trained) {
      throw new OptionError(
        `${name}.threshold`,
        `expected ${trained}, since 'detect.compat' skips windows by the first stage; got ${threshold}`,
      );
    }
    const before: DialSetting | undefined = settings[i - 1];
    const follows =
      before === undefined ||
      stages > before.stages ||
      (stages === before.stages && threshold > before.threshold);
    if (!follows) {
      throw new OptionError(
        name,
        'expected more stages than the setting before, or as many and a higher threshold',
      );
    }
  }
}
