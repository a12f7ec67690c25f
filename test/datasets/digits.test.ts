import test from 'ava';
import { parseImages, parseLabels } from '../../datasets/digits.js';
import { loadDigits } from '../../datasets/index.js';

const { train, test: unseen } = await loadDigits();

test('has every digit of the package, in its order', (t) => {
  t.deepEqual([train.rows.length, train.labels.length], [60_000, 60_000]);
  t.deepEqual([unseen.rows.length, unseen.labels.length], [10_000, 10_000]);
  // As MNIST's own page counts them.
  const counts = Array.from(
    { length: 10 },
    (_, digit) => train.labels.filter((label) => label === digit).length,
  );
  t.deepEqual(counts, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  t.deepEqual(train.labels.slice(0, 5), [5, 0, 4, 1, 9]);
  t.deepEqual(unseen.labels.slice(0, 5), [7, 2, 1, 0, 4]);
});

test('pictures are ink on paper: 28 x 28 bytes, the mean of all 33.3', (t) => {
  let sum = 0;
  for (const { pixels } of train.rows) for (const pixel of pixels) sum += pixel;
  t.is((sum / 60_000 / 784).toFixed(1), '33.3');
  t.true(train.rows.every(({ pixels }) => pixels.length === 784 && pixels[0] === 0 && pixels[783] === 0));
  // A one is a stroke: little ink, and most of it in the middle columns.
  const one = train.rows[train.labels.indexOf(1)].pixels;
  const middle = one.filter((_, i) => i % 28 >= 9 && i % 28 < 20).reduce((total, p) => total + p, 0);
  t.true(middle / one.reduce((total, p) => total + p, 0) > 0.8);
});

test('files that are cut or foreign are refused', (t) => {
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
  t.deepEqual(parseLabels(labels), [7, 9]);
  for (const bad of [
    labels.subarray(0, 9),
    labels.subarray(0, 3),
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 7, 9),
  ]) {
    t.throws(() => parseLabels(bad), { message: /isn't whole/ });
  }
  t.throws(() => parseImages(labels), { message: /isn't whole/ });
});
