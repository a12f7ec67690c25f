import test from 'ava';
import fc from 'fast-check';
import {
  checkDial,
  comparePermissive,
  DialReader,
  type DialSetting,
  fixedDial,
  modelAt,
  settingOf,
  spaced,
} from '../../../detect/dial/index.js';
import { Detector } from '../../../entries/detect.js';
import { OptionError } from '../../../index.js';
import { cascades, smallModel } from '../models.js';
import { noise } from '../training/scenes.js';

const model = smallModel(3);
const image = noise('dial', 24, 20);

test('a window passes the settings that it passes as models of their own', (t) => {
  fc.assert(
    fc.property(
      cascades,
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 6 }),
      (made, offsets) => {
        const total = made.stageThresholds.length;
        const settings = offsets
          .map((offset, i): DialSetting => {
            const stages = 1 + (i % total);
            const trained = made.stageThresholds[stages - 1];
            return { stages, threshold: trained + (stages < total ? -Math.abs(offset) : offset) };
          })
          .concat(fixedDial(made).settings)
          .sort(comparePermissive)
          .filter((setting, i, all) => i === 0 || comparePermissive(all[i - 1], setting) < 0);
        checkDial({ settings }, made, false);
        const whole = new Detector(made).windows(image);
        const reader = new DialReader(settings, made);
        const passed = Array.from(whole.stages, (stages, i) =>
          reader.passed(Number.isNaN(whole.sums[i]) ? -1 : stages, whole.sums[i]),
        );
        for (const [s, setting] of settings.entries()) {
          const own = new Detector(modelAt(made, setting)).windows(image);
          t.deepEqual(
            Array.from(own.stages, (stages) => stages === setting.stages),
            passed.map((count) => count > s),
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('the most selective setting of a window is one that it just passes', (t) => {
  const { stages, sums } = new Detector(model).windows(image);
  const total = model.stageThresholds.length;
  let seen = 0;
  for (const [i, passed] of stages.entries()) {
    if (Number.isNaN(sums[i])) continue;
    seen++;
    const setting = settingOf(passed, sums[i], total);
    const above = { ...setting, threshold: setting.threshold + 1e-3 };
    t.is(new DialReader([setting, above], model).passed(passed, sums[i]), 1);
  }
  t.true(seen > 100);
});

test('the model of its own setting is the model', (t) => {
  const [setting] = fixedDial(model).settings;
  t.deepEqual(modelAt(model, setting), model);
});

test('settings are spaced evenly, each once', (t) => {
  const at = (threshold: number) => ({ stages: 1, threshold });
  t.deepEqual(spaced([0, 1, 2, 3, 4].map(at), 3), [0, 2, 4].map(at));
  t.deepEqual(spaced([1, 1, 1, 2].map(at), 9), [1, 2].map(at));
  t.deepEqual(spaced([5, 6].map(at), 1), [at(5)]);
});

test('settings that are none are refused by name', (t) => {
  const total = model.stageThresholds.length;
  const [first, , last] = model.stageThresholds;
  const refused = (settings: readonly DialSetting[], option: string, isOpencv = false) => {
    const error = t.throws(() => checkDial({ settings }, model, isOpencv), { instanceOf: OptionError });
    t.is(error.option, option);
  };
  refused([], 'dial.settings');
  refused([{ stages: 0, threshold: 0 }], 'dial.settings[0].stages');
  refused([{ stages: total + 1, threshold: 0 }], 'dial.settings[0].stages');
  refused([{ stages: total, threshold: Number.NaN }], 'dial.settings[0].threshold');
  refused([{ stages: 1, threshold: first + 1 }], 'dial.settings[0].threshold');
  refused([{ stages: 1, threshold: first - 1 }], 'dial.settings[0].threshold', true);
  refused([fixedDial(model).settings[0], { stages: total, threshold: last - 1 }], 'dial.settings[1]');
  t.notThrows(() => checkDial({ settings: [{ stages: 1, threshold: first }] }, model, true));
});
