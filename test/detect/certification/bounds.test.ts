import test from 'ava';
import { shareDelta } from '../../../detect/certification/index.js';
import type { DetectionBounds } from '../../../entries/detect.js';
import { OptionError } from '../../../index.js';

const detection = { rate: 0.9, maxObjects: 4 };
const falseDetections = { most: 1, share: 0.1 };
const falsePositives = { rate: 1e-3 };

test('delta is shared equally, or by what bounds state', (t) => {
  const equal = shareDelta({ detection, falseDetections, falsePositives }, 0.06);
  t.is(equal.delta, 0.06);
  for (const part of [equal.detection?.delta, equal.falseDetections?.delta, equal.falsePositives?.delta]) {
    t.true(Math.abs((part ?? 0) - 0.02) < 1e-12);
  }
  const stated = shareDelta(
    { detection: { ...detection, delta: 0.04 }, falseDetections, falsePositives },
    0.05,
  );
  t.is(stated.detection?.delta, 0.04);
  t.true(Math.abs((stated.falsePositives?.delta ?? 0) - 0.005) < 1e-12);
  const alone = shareDelta({ detection: { ...detection, delta: 0.04 } }, undefined);
  t.is(alone.delta, 0.04);
});

test('what is promised is never more than delta, even if less is spent', (t) => {
  const all = shareDelta({ detection: { ...detection, delta: 0.01 } }, 0.05);
  t.is(all.delta, 0.01);
});

test('bounds that are none are refused by name', (t) => {
  const refused = (bounds: DetectionBounds, delta: number | undefined, option: string) => {
    t.is(t.throws(() => shareDelta(bounds, delta), { instanceOf: OptionError }).option, option);
  };
  refused({}, 0.05, 'bounds');
  refused({ detection: { ...detection, rate: 1 } }, 0.05, 'bounds.detection.rate');
  refused({ detection: { ...detection, maxObjects: 0 } }, 0.05, 'bounds.detection.maxObjects');
  refused({ falseDetections: { most: -1, share: 0.1 } }, 0.05, 'bounds.falseDetections.most');
  refused({ falseDetections: { most: 0, share: 0 } }, 0.05, 'bounds.falseDetections.share');
  refused({ falsePositives: { rate: 1.5 } }, 0.05, 'bounds.falsePositives.rate');
  refused({ detection }, undefined, 'delta');
  refused({ detection }, 0.95, 'delta');
  refused({ detection: { ...detection, delta: 0.05 }, falsePositives }, 0.05, 'delta');
  refused({ detection: { ...detection, delta: 0.06 } }, 0.05, 'delta');
  refused({ detection: { ...detection, delta: 2 } }, undefined, 'bounds.detection.delta');
});
