import test from 'ava';
import fc from 'fast-check';
import { Binner } from '../../../detect/histograms/index.js';
import { random } from '../../../lib/stats/index.js';

function binsOf(values: Float32Array): Uint8Array {
  const out = new Uint8Array(values.length);
  new Binner(values.length).write(values, out, 0);
  return out;
}

test('a greater value never has a lower bin, whatever the scale', (t) => {
  const value = fc.oneof(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), fc.constantFrom(0, -0, 1e-40, 5));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 600 }), (numbers) => {
      const values = Float32Array.from(numbers).sort();
      const bins = binsOf(values);
      t.true(bins.every((bin, i) => i === 0 || bin >= bins[i - 1]));
    }),
    { numRuns: 50 },
  );
});

test('few values that lie apart have a bin each', (t) => {
  const values = Float32Array.from({ length: 1_000 }, (_, i) => (i * 7) % 200);
  const bins = binsOf(values);
  for (let i = 0; i < values.length; i++) t.is(bins[i], values[i]);
});

test('many values fill bins about evenly', (t) => {
  const stream = random(1);
  const values = Float32Array.from({ length: 10_000 }, () => stream.normal());
  const counts = new Int32Array(256);
  for (const bin of binsOf(values)) counts[bin]++;
  // 39 each; one of 2,048 steps near the mean has some 15.
  t.true(Math.max(...counts) < 39 + 25);
  t.true(counts.filter((count) => count > 0).length > 220);
});

test('equal values have one bin', (t) => {
  t.deepEqual(binsOf(Float32Array.of(3, 3, 3)), new Uint8Array(3));
});
