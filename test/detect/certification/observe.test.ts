import test from 'ava';
import fc from 'fast-check';
import { type Scene, shareDelta } from '../../../detect/certification/index.js';
import { Observer } from '../../../detect/certification/observe.js';
import { intersectionOverUnion } from '../../../detect/certification/overlap.js';
import { comparePermissive, type DialSetting, fixedDial, modelAt } from '../../../detect/dial/index.js';
import { resizeGrey } from '../../../detect/image/index.js';
import { detectOptions, levelsFor, visitsOf, windowBox } from '../../../detect/scan/index.js';
import { Detector } from '../../../entries/detect.js';
import { blobModel, detect, scene } from '../blobs.js';
import { cascades } from '../models.js';
import { noise } from '../training/scenes.js';

const bounds = shareDelta(
  {
    detection: { rate: 0.9, maxObjects: 3 },
    falseDetections: { most: 2, share: 0.1 },
    falsePositives: { rate: 0.1 },
  },
  0.05,
);
const image = noise('observed', 30, 26);
const boxes = [
  { x: 2, y: 2, width: 11, height: 12 },
  { x: 14.5, y: 9, width: 9, height: 9 },
];

/** All steps of looking at an image. */
function observe(observer: Observer, seen: Scene): void {
  for (const _ of observer.add(seen));
}

test('counts of every setting are those of its own detector', (t) => {
  fc.assert(
    fc.property(
      cascades,
      fc.constantFrom<readonly number[]>([], [-0.3, 0.2], [-1, 0.05]),
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom<'opencv' | undefined>(undefined, 'opencv'),
      (model, offsets, minNeighbors, compat) => {
        const total = model.stageThresholds.length;
        const settings = offsets
          .map((offset): DialSetting => {
            const stages = offset < 0 ? total - 1 : total;
            return { stages, threshold: model.stageThresholds[stages - 1] + offset };
          })
          .concat(fixedDial(model).settings)
          .sort(comparePermissive);
        const options = { minNeighbors, ...(compat && { compat }) };
        const observer = new Observer({ model, settings, options: detectOptions(options), bounds, seed: 1 });
        observe(observer, { image, boxes, index: 0, digest: 0 });
        const { dialCounts } = observer;
        for (const [s, setting] of settings.entries()) {
          const found = new Detector(modelAt(model, setting)).detect(image, options).boxes;
          const met = boxes.filter((object) =>
            found.some((box) => intersectionOverUnion(box, object) >= 0.5),
          ).length;
          const wrong = found.filter((box) =>
            boxes.every((object) => intersectionOverUnion(box, object) < 0.5),
          ).length;
          t.is(dialCounts.met[0][s], met);
          t.is(dialCounts.over[s], Number(wrong > 2));
        }
        t.deepEqual(dialCounts.objects, [2]);
      },
    ),
    { numRuns: 40 },
  );
});

test('each window of all levels is drawn equally often, and counts if it passes and meets nothing', (t) => {
  const model = blobModel();
  const { image: made, boxes: wanted } = scene('draws', { wanted: 1, distractors: 6 });
  const grey = { ...made, stride: made.width };
  const options = detectOptions({ scaleFactor: 1.5 });
  const setting = fixedDial(model).settings[0];
  const observer = new Observer({ model, settings: [setting], options, bounds, seed: 7 });
  // By hand, every window of every level.
  const levels = levelsFor(model, grey, options);
  let [all, wrong] = [0, 0];
  for (const level of levels) {
    const { columns, rows, stages } = new Detector(model).windows(
      resizeGrey(grey, level.width, level.height),
    );
    const { step } = visitsOf(model, level, levels[0], false);
    for (let y = 0; y < rows; y += step) {
      for (let x = 0; x < columns; x += step) {
        all++;
        const isWanted = intersectionOverUnion(windowBox(level, x, y), wanted[0]) >= 0.5;
        if (stages[y * columns + x] === 2 && !isWanted) wrong++;
      }
    }
  }
  const share = wrong / all;
  t.true(wrong >= 6);
  const draws = 6_000;
  const alone = shareDelta({ falsePositives: { rate: 0.1 } }, 0.05);
  const drawing = new Observer({ model, settings: [setting], options, bounds: alone, seed: 7 });
  for (let index = 0; index < draws; index++)
    observe(drawing, { image: grey, boxes: wanted, index, digest: 0 });
  const { dialCounts } = drawing;
  t.is(dialCounts.drawn, draws);
  const spread = Math.sqrt(draws * share * (1 - share));
  t.true(
    Math.abs(dialCounts.wrong[0] - draws * share) < 4 * spread,
    `${dialCounts.wrong[0]} of ${draws * share}`,
  );
  t.deepEqual(observer.dialCounts.met, []);
});

test('an image without a window has none to draw', (t) => {
  const model = blobModel();
  const { settings } = fixedDial(model);
  const observer = new Observer({ model, settings, options: detectOptions(detect), bounds, seed: 1 });
  observe(observer, { image: noise('small', 5, 40), boxes: [], index: 0, digest: 0 });
  t.is(observer.dialCounts.images, 1);
  t.is(observer.dialCounts.drawn, 0);
  t.deepEqual([...observer.dialCounts.over], [0]);
});

test('an image with more objects than stated counts for false alarms only', (t) => {
  const model = blobModel();
  const { settings } = fixedDial(model);
  const observer = new Observer({ model, settings, options: detectOptions(detect), bounds, seed: 1 });
  observe(observer, { image, boxes: [boxes[0], boxes[0], boxes[0], boxes[1]], index: 9, digest: 0 });
  const { images, objects, met, beyond, drawn } = observer.dialCounts;
  t.deepEqual([images, objects.length, met.length, beyond, drawn], [1, 0, 0, 1, 1]);
});
