import test from 'ava';
import fc from 'fast-check';
import { featurePool, poolSize } from '../../../detect/training/featurePool.js';

const all = { kind: 'haar', haar: 'basic', width: 24, height: 24, count: undefined, seed: 1 } as const;

test('as many as the literature counts', (t) => {
  // Viola and Jones's 162,336 in 24 x 24 pixels; traincascade's 8,464 of LBP.
  t.is(poolSize(all), 162_336);
  t.is(poolSize({ ...all, kind: 'lbp' }), 8_464);
});

test('as many are made as are counted, all different, inside the window and 0 on an even surface', (t) => {
  for (const haar of ['basic', 'core'] as const) {
    const spec = { ...all, haar, width: 7, height: 6 };
    const { count, rectangles, weights } = featurePool(spec);
    t.is(count, poolSize(spec));
    const seen = new Set<string>();
    for (let feature = 0; feature < count; feature++) {
      let even = 0;
      for (let i = 3 * feature; i < 3 * feature + 3; i++) {
        const [x, y, w, h] = rectangles.subarray(4 * i, 4 * i + 4);
        even += weights[i] * w * h;
        t.true(x >= 0 && y >= 0 && x + w <= 7 && y + h <= 6);
      }
      t.is(even, 0);
      seen.add(
        `${rectangles.subarray(12 * feature, 12 * feature + 12)} ${weights.subarray(3 * feature, 3 * feature + 3)}`,
      );
    }
    t.is(seen.size, count);
  }
});

test('a four-rectangle feature is the whole less twice two quadrants', (t) => {
  const { count, rectangles, weights } = featurePool({ ...all, width: 3, height: 3 });
  const four = Array.from({ length: count }, (_, i) => i).filter((i) => weights[3 * i + 2] !== 0);
  t.deepEqual(
    [...rectangles.subarray(12 * four[0], 12 * four[0] + 12)],
    [0, 0, 2, 2, 0, 0, 1, 1, 1, 1, 1, 1],
  );
  t.deepEqual([...weights.subarray(3 * four[0], 3 * four[0] + 3)], [-1, 2, 2]);
});

test('a sample is part of all, each once, in their order, and the same for a seed', (t) => {
  const spec = { ...all, width: 6, height: 5 };
  const whole = featurePool(spec);
  const keysOf = ({ count, rectangles }: typeof whole) =>
    Array.from({ length: count }, (_, i) => rectangles.subarray(12 * i, 12 * i + 12).join());
  const places = new Map(keysOf(whole).map((key, i) => [key, i]));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: whole.count + 3 }), fc.nat(), (count, seed) => {
      const drawn = featurePool({ ...spec, count, seed });
      t.is(drawn.count, Math.min(count, whole.count));
      const at = keysOf(drawn).map((key) => places.get(key) ?? -1);
      t.true(at.every((place, i) => place > (at[i - 1] ?? -1)));
      t.deepEqual(featurePool({ ...spec, count, seed }), drawn);
    }),
    { numRuns: 20 },
  );
});
