import test from 'ava';
import fc from 'fast-check';
import { WindowSet } from '../../../detect/training/examples/index.js';
import { featureBins } from '../../../detect/training/featureBins.js';
import { featurePool } from '../../../detect/training/featurePool.js';
import { noise } from './scenes.js';

test('WebAssembly gives the bins of plain code, for any number of windows', (t) => {
  const features = featurePool({
    kind: 'haar',
    haar: 'core',
    width: 8,
    height: 7,
    count: undefined,
    seed: 1,
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.nat(features.count - 9),
      (count, isFlat, from) => {
        const windows = Array.from({ length: count }, (_, i) =>
          isFlat && i % 2 === 0 ? new Uint8Array(56).fill(i) : Uint8Array.from(noise(`${i}`, 8, 7).data),
        );
        const set = new WindowSet(windows, 8, 7);
        const fast = featureBins('haar', features, set);
        const plain = featureBins('haar', features, set, false);
        const [some, same] = [new Uint8Array(count), new Uint8Array(count)];
        for (let feature = from; feature < from + 9; feature++) {
          fast(feature, some, 0);
          plain(feature, same, 0);
          t.deepEqual(some, same);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('values are those of the definition', (t) => {
  const features = featurePool({ kind: 'haar', haar: 'core', width: 6, height: 5, count: 60, seed: 1 });
  const windows = [Uint8Array.from(noise('some', 6, 5).data)];
  const set = new WindowSet(windows, 6, 5);
  const inner = [7, 8, 9, 10, 13, 14, 15, 16, 19, 20, 21, 22].map((at) => windows[0][at]);
  const mean = inner.reduce((sum, pixel) => sum + pixel) / 12;
  const deviation = Math.sqrt(inner.reduce((sum, pixel) => sum + (pixel - mean) ** 2, 0) / 12);
  const value = new Float32Array(1);
  for (let feature = 0; feature < features.count; feature++) {
    let expected = 0;
    for (let at = 3 * feature; at < 3 * feature + 3; at++) {
      const [x, y, w, h] = features.rectangles.subarray(4 * at, 4 * at + 4);
      for (let row = y; row < y + h; row++) {
        for (let column = x; column < x + w; column++) {
          expected += features.weights[at] * windows[0][6 * row + column];
        }
      }
    }
    set.haar(features, feature, value);
    t.true(Math.abs(value[0] - expected / (12 * deviation)) < 1e-5);
  }
});
