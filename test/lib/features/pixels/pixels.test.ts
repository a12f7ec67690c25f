import test from 'ava';
import fc from 'fast-check';
import { FeatureError, OptionError } from '../../../../lib/errors.js';
import { column, type Feature, RowView, transform } from '../../../../lib/features/define/index.js';
import { type PixelImage, pixels } from '../../../../lib/features/pixels/index.js';
import { random } from '../../../../lib/stats/index.js';
import { computeOn, fitOn } from '../../../support/features.js';

const self = (image: PixelImage) => image;

const grey = (width: number, height: number, ...data: number[]): PixelImage => ({
  data: Uint8Array.from(data),
  width,
  height,
});

/** Values as parts of 255. */
async function bytesOf(images: readonly PixelImage[], width: number, height: number, at?: string) {
  const fitted = await fitOn(pixels(self, { width, height }), []);
  const steps = fitted.fidelities?.inSteps(at === undefined ? [] : [at]) ?? [];
  const { values } = await computeOn(at === undefined ? fitted : steps[0].fitted, images);
  return [...values].map((value) => Math.round(value * 255 * 1e4) / 1e4);
}

test('each value is the mean over its area, also where areas cut pixels', async (t) => {
  t.deepEqual(await bytesOf([grey(2, 2, 0, 100, 50, 250)], 1, 1), [100]);
  t.deepEqual(await bytesOf([grey(2, 2, 0, 100, 50, 250)], 2, 2), [0, 100, 50, 250]);
  // 0 and half of 90 over 1.5 pixels; the other half of 90 and 255.
  t.deepEqual(await bytesOf([grey(3, 1, 0, 90, 255)], 2, 1), [30, 200]);
  t.deepEqual(await bytesOf([grey(1, 3, 0, 90, 255)], 1, 2), [30, 200]);
  t.deepEqual(await bytesOf([grey(1, 1, 7)], 2, 2), [7, 7, 7, 7]);
});

test('images of a batch may have other sizes', async (t) => {
  const images = [grey(4, 1, 0, 2, 4, 6), grey(2, 1, 9, 11), grey(4, 1, 8, 8, 8, 8)];
  t.deepEqual(await bytesOf(images, 2, 1), [1, 5, 9, 11, 8, 8]);
});

test('colours are grey by shares of Rec. 601, and alpha is nothing', async (t) => {
  const image = { data: Uint8ClampedArray.of(255, 0, 0, 9, 0, 255, 0, 0, 0, 0, 255, 1), width: 3, height: 1 };
  t.deepEqual(await bytesOf([image], 3, 1), [76.245, 149.685, 29.07]);
  t.deepEqual(await bytesOf([image], 1, 1), [85]);
});

test('a linear learner scales them together', async (t) => {
  const block = await computeOn(await fitOn(pixels(self, { width: 1, height: 1 }), []), [grey(1, 1, 255)]);
  t.deepEqual(block, { kind: 'dense', rows: 1, columns: 1, values: Float32Array.of(1), scaling: 'block' });
});

/** Each pixel's part of each cell, summed one by one. */
function plain({ data, width, height }: PixelImage, columns: number, rows: number): number[] {
  const channels = data.length / (width * height);
  const values: number[] = [];
  const overlap = (pixel: number, from: number, cell: number, cells: number) =>
    Math.max(0, Math.min(pixel + 1, ((cell + 1) * from) / cells) - Math.max(pixel, (cell * from) / cells));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = channels * (y * width + x);
          const value =
            channels === 1 ? data[at] : 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
          sum += overlap(x, width, c, columns) * overlap(y, height, r, rows) * value;
        }
      }
      values.push((sum * columns * rows) / (width * height * 255));
    }
  }
  return values;
}

const side = fc.integer({ min: 1, max: 9 });
const drawn = fc
  .tuple(side, side, fc.constantFrom(1, 4), fc.integer())
  .map(([width, height, channels, seed]): PixelImage => {
    const draws = random(seed);
    const data = Uint8Array.from({ length: channels * width * height }, () => draws.integer(256));
    return { data, width, height };
  });

test('they equal the sum of parts of pixels', async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, side, side, async (image, width, height) => {
      const { values } = await computeOn(await fitOn(pixels(self, { width, height }), []), [image]);
      plain(image, width, height).forEach((wanted, i) => {
        t.true(Math.abs(values[i] - wanted) < 1e-6);
      });
    }),
    { numRuns: 100 },
  );
});

test('a version is the mean of four pixels of each cell, in the middles of its quarters', async (t) => {
  const image = grey(8, 1, 0, 10, 20, 30, 40, 50, 60, 70);
  // Cells of four pixels by one: the second and the fourth of each, twice.
  t.deepEqual(await bytesOf([image], 4, 1, '2x1'), [20, 60]);
  const four = grey(4, 4, ...Array.from({ length: 16 }, (_, i) => i));
  t.deepEqual(await bytesOf([four], 4, 4, '2x2'), [2.5, 4.5, 10.5, 12.5]);
  t.deepEqual(await bytesOf([four], 4, 4, '1x1'), [(5 + 7 + 13 + 15) / 4]);
  t.deepEqual(await bytesOf([grey(1, 1, 7)], 4, 4, '2x2'), [7, 7, 7, 7]);
});

test('of cells of two pixels a version reads all: it has the values of a feature of that size', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      side,
      side,
      fc.constantFrom(1, 4),
      fc.integer(),
      async (width, height, channels, seed) => {
        const draws = random(seed);
        const data = Uint8Array.from({ length: 4 * channels * width * height }, () => draws.integer(256));
        const image = { data, width: 2 * width, height: 2 * height };
        const whole = await fitOn(pixels(self, { width: 2 * width, height: 2 * height }), []);
        const [step, last] = whole.fidelities?.inSteps([`${width}x${height}`]) ?? [];
        const wanted = await computeOn(await fitOn(pixels(self, { width, height }), []), [image]);
        const { values } = await computeOn(step.fitted, [image]);
        values.forEach((value, i) => {
          t.true(Math.abs(value - wanted.values[i]) < 1e-6);
        });
        t.deepEqual(await computeOn(last.fitted, [image]), await computeOn(whole, [image]));
      },
    ),
    { numRuns: 30 },
  );
});

test('sizes are proposed where they read at most half: which that are depends on the images', async (t) => {
  const blank = (width: number, height: number) => ({
    data: new Uint8Array(width * height),
    width,
    height,
  });
  const { fidelities } = await fitOn(pixels(self, { width: 28, height: 28 }), []);
  const propose = (image: PixelImage, most = 4) => fidelities?.propose(RowView.of([image]), most);
  t.deepEqual(propose(blank(28, 28)), ['7x7']);
  t.deepEqual(propose(blank(280, 28)), ['7x7', '14x14']);
  t.deepEqual(propose(blank(280, 28), 1), ['7x7']);
  t.deepEqual(propose(blank(4, 4)), ['7x7']);
  t.deepEqual(fidelities?.propose(RowView.of<PixelImage>([]), 4), []);
  // Images are looked at all over the rows.
  const mixed = Array.from({ length: 640 }, (_, row) => blank(row < 320 ? 28 : 280, 28));
  t.deepEqual(fidelities?.propose(RowView.of(mixed), 4), ['7x7', '14x14']);
});

test('of few pixels only sizes are proposed that differ, and that steps take', async (t) => {
  const blank = { data: new Uint8Array(10_000), width: 100, height: 100 };
  for (const [width, height, sizes] of [
    [1, 1, []],
    [2, 1, ['1x1']],
    [1, 3, ['1x1', '1x2']],
    [2, 2, ['1x1']],
    [3, 2, ['1x1', '2x1']],
    [5, 5, ['2x2', '3x3']],
  ] as const) {
    const { fidelities } = await fitOn(pixels(self, { width, height }), []);
    const at = fidelities?.propose(RowView.of([blank]), 4) ?? [];
    t.deepEqual(at, sizes);
    t.is(fidelities?.inSteps(at).length, sizes.length + 1);
  }
});

test('names of versions that are none, or not coarser than the next, are refused', async (t) => {
  const { fidelities } = await fitOn(pixels(self, { width: 8, height: 8 }), []);
  for (const at of [['half'], ['08x8'], ['0x4'], ['4x4x4'], ['99999x4'], ['4.5x4']])
    t.throws(() => fidelities?.inSteps(at), { instanceOf: OptionError, message: /expected width x height/ });
  for (const at of [['8x8'], ['9x1'], ['4x4', '2x2'], ['4x4', '4x4'], ['4x2', '2x4']])
    t.throws(() => fidelities?.inSteps(at), { instanceOf: OptionError, message: /isn't coarser than/ });
  t.is(fidelities?.inSteps(['2x4', '4x4', '8x7']).length, 4);
});

const broken: [what: string, image: unknown, message: RegExp][] = [
  ['nothing', null, /expected an image \{ data, width, height \}, got null/],
  ['no image', { width: 1, height: 1 }, /got an object with width, height/],
  [
    'too few bytes',
    { data: new Uint8Array(3), width: 2, height: 2 },
    /expected 4 bytes \(grey\) or 16 \(RGBA\).*got 3/,
  ],
  ['a size beyond its data', { data: new Uint8Array(4), width: 2 ** 31, height: 2 ** 31 }, /got 4$/],
  ['no pixels', { data: new Uint8Array(0), width: 0, height: 5 }, /width of the image is 0/],
  ['half a pixel', { data: new Uint8Array(4), width: 2, height: 2.5 }, /height of the image is 2.5/],
  ['text for a size', { data: new Uint8Array(4), width: '2', height: 2 }, /width of the image is "2"/],
  ['numbers for bytes', { data: [1, 2], width: 2, height: 1 }, /expected bytes .* got an array of 2/],
];

for (const [what, image, message] of broken) {
  test(`${what}: an error that names the row, by the check and in computing`, async (t) => {
    const images: readonly unknown[] = [grey(1, 1, 5), image];
    const source = (row: number) => images[row];
    const feature: Feature<number> = Reflect.apply(pixels, undefined, [source, { width: 1, height: 1 }]);
    const view = RowView.of([0, 1]).select(Int32Array.of(1));
    const fitted = await fitOn(feature, []);
    t.is(t.throws(() => fitted.compute(view), { instanceOf: FeatureError, message }).row, 1);
    t.throws(() => feature.check?.(1), { instanceOf: FeatureError, message });
    t.notThrows(() => feature.check?.(0));
  });
}

test('options are checked and stated, and a source may be a transform or a column', async (t) => {
  const make =
    (...given: unknown[]) =>
    () =>
      Reflect.apply(pixels, undefined, given);
  const bad: [given: unknown[], option: string][] = [
    [[7, { width: 2, height: 2 }], 'image'],
    [[self, { width: 2 }], 'height'],
    [[self, { width: 1_025, height: 1 }], 'width'],
    [[self, { width: 0, height: 1 }], 'width'],
    [[self, { width: 2, height: 2, size: 3 }], 'size'],
  ];
  for (const [given, option] of bad)
    t.is(t.throws(make(...given), { instanceOf: OptionError }).option, option);
  const decoded = transform((bytes: number) => grey(1, 1, bytes));
  const feature = pixels(decoded, { width: 1, height: 1, version: 'b' });
  t.deepEqual(feature.reads, [decoded]);
  t.is(feature.version, 'b');
  t.deepEqual([...(await computeOn(await fitOn(feature, []), [255])).values], [1]);
  t.deepEqual(pixels(column<PixelImage>('frame'), { width: 2, height: 3 }).options, {
    width: 2,
    height: 3,
    column: 'frame',
  });
});
