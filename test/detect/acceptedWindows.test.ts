import test from 'ava';
import { acceptedWindows, Detector, trainDetector } from '../../entries/detect.js';
import { OptionError } from '../../lib/errors.js';
import { blobModel, SIDE, scenes } from './blobs.js';
import { noise } from './image/images.js';

const detector = new Detector(blobModel());
const detect = { minNeighbors: 0, maxSize: [SIDE, SIDE] } as const;
const frames = scenes('frames', 40);

test('windows that a network accepts train a detector, those that it refuses are no objects', async (t) => {
  const sizes = new Set<string>();
  // The network: the middle is much brighter than the corner.
  const accepts = async (
    windows: readonly { data: Uint8Array | Uint8ClampedArray; width: number; height: number }[],
  ) =>
    windows.map(({ data, width, height }) => {
      sizes.add(`${width} x ${height}`);
      return data[6 * width + 6] - data[0] > 60;
    });
  const images = frames.map(({ image }) => image);
  const { accepted, refused } = await acceptedWindows(images, {
    detector,
    detect,
    window: [12, 12],
    accepts,
  });
  t.deepEqual([...sizes], ['12 x 12']);
  t.true(refused.every(({ width, height, data }) => width === 12 && height === 12 && data.length === 144));
  // Every blob that begins at an even place is a window of its own; others that the network takes lie over one.
  for (const [i, { boxes }] of frames.entries()) {
    const own = accepted.find(({ image }) => image.data === images[i].data)?.boxes ?? [];
    for (const { x, y } of boxes)
      t.true(
        own.some((box) => box.x === x && box.y === y),
        `frame ${i}`,
      );
    t.true(own.every((box) => boxes.some(({ x, y }) => Math.abs(box.x - x) < 3 && Math.abs(box.y - y) < 3)));
  }
  const { detector: trained } = await trainDetector({
    positives: accepted,
    negatives: [...refused, ...Array.from({ length: 30 }, (_, i) => noise(40, 30, i))],
    window: [SIDE, SIDE],
    features: 60,
    stages: 2,
    maxWeak: 10,
    seed: 1,
  });
  const [test] = scenes('new', 1);
  t.true(trained.detect(test.image, detect).boxes.length > 0);
});

test('answers and images that are none are refused by name', async (t) => {
  const images = [frames[0].image];
  const bad: [run: () => Promise<unknown>, option: string, message: RegExp][] = [
    [
      () => acceptedWindows(images, { detector, detect, accepts: () => [] }),
      'accepts',
      /image 0: .* for each of \d+ windows/,
    ],
    [
      () => acceptedWindows(images, { detector, window: [0, 4], accepts: () => [] }),
      'window',
      /of at least 1/,
    ],
    [
      () => acceptedWindows([{ ...images[0], width: 7 }], { detector, accepts: () => [] }),
      'images',
      /image 0: /,
    ],
    [
      () => Reflect.apply(acceptedWindows, undefined, [images, { detector: {}, accepts: () => [] }]),
      'detector',
      /Detector/,
    ],
  ];
  for (const [run, option, message] of bad) {
    t.is((await t.throwsAsync(run, { instanceOf: OptionError, message }))?.option, option);
  }
});
