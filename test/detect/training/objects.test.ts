import test from 'ava';
import { objectParts } from '../../../detect/training/objects.js';
import { trainingOptions } from '../../../detect/training/options.js';
import { crosses, noise, SIDE } from './scenes.js';

test('each image has one part: equal crops and boxes of one image stay together, however they are given', (t) => {
  const image = noise('image', 40, 40);
  const boxed = [0, 5, 10, 15, 20].map((x) => ({ image, boxes: [{ x, y: 3, width: SIDE, height: SIDE }] }));
  const some = crosses('some', 30);
  const positives = [
    ...some,
    ...boxed,
    ...some.map(({ data, ...rest }) => ({ ...rest, data: data.slice() })),
  ];
  for (const seed of [1, 2, 3, 4, 5]) {
    const checked = trainingOptions({
      positives,
      negatives: [],
      validation: 0.5,
      seed,
      augment: { copies: 2 },
    });
    const { fitted, choosing, counting, chosen, used } = objectParts(checked, [SIDE, SIDE]);
    t.is(fitted.length % 3, 0);
    t.is(fitted.length / 3 + choosing.length + counting.length, positives.length);
    t.is(used.length, positives.length);
    t.true(choosing.length > 0 && counting.length > 0);
    const names = (windows: readonly Uint8Array[]) => new Set(windows.map((window) => window.join()));
    const parts = [fitted, choosing, counting.map(({ window }) => window)].map(names);
    // 30 crosses and five boxes are different; copies are different from all.
    t.is(
      new Set(parts.flatMap((part) => [...part])).size,
      parts.reduce((sum, { size }) => sum + size, 0),
    );
    t.true(counting.every(({ digest }) => !chosen.includes(digest)));
  }
});
