import test from 'ava';
import fc from 'fast-check';
import { type GreyImage, resizeGrey, roundEven } from '../../../detect/image/index.js';
import { greyImages } from './images.js';

/** Bilinear interpolation by its definition, with shares in 256ths, in whole numbers that doubles have exactly. */
function bruteForce(image: GreyImage, width: number, height: number, x: number, y: number): number {
  const tap = (from: number, to: number, i: number) => {
    const position = (1 / (to / from)) * (i + 0.5) - 0.5;
    const floor = Math.floor(position);
    if (floor < 0) return { first: 0, second: 0, share: 0 };
    if (floor >= from - 1) return { first: from - 1, second: from - 1, share: 0 };
    return { first: floor, second: floor + 1, share: roundEven(256 * (position - floor)) };
  };
  const across = tap(image.width, width, x);
  const down = tap(image.height, height, y);
  const pixel = (column: number, row: number) => image.data[row * image.stride + column];
  const row = (at: number) =>
    (256 - across.share) * pixel(across.first, at) + across.share * pixel(across.second, at);
  const mixed = (256 - down.share) * row(down.first) + down.share * row(down.second);
  return Math.floor((mixed + 32_768) / 65_536);
}

test('resized images are those of brute force', (t) => {
  const size = fc.integer({ min: 1, max: 20 });
  const property = fc.property(greyImages(16), size, size, (image, width, height) => {
    const { data } = resizeGrey(image, width, height);
    return data.every(
      (pixel, i) => pixel === bruteForce(image, width, height, i % width, Math.floor(i / width)),
    );
  });
  t.notThrows(() => fc.assert(property));
});

test('the same size is a copy, and half of it the mean of four', (t) => {
  const property = fc.property(greyImages(8), (image) => {
    const { width, height, stride, data } = image;
    const same = resizeGrey(image, width, height);
    if (!same.data.every((pixel, i) => pixel === data[Math.floor(i / width) * stride + (i % width)])) {
      return false;
    }
    if (width % 2 === 1 || height % 2 === 1) return true;
    return resizeGrey(image, width / 2, height / 2).data.every((pixel, i) => {
      const at = 2 * Math.floor(i / (width / 2)) * stride + 2 * (i % (width / 2));
      return pixel === (data[at] + data[at + 1] + data[at + stride] + data[at + stride + 1] + 2) >> 2;
    });
  });
  t.notThrows(() => fc.assert(property));
});

test('of two whole numbers that are equally near, the even one is taken', (t) => {
  t.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6, 3].map(roundEven), [0, 2, 2, 0, -2, 2, 3, 3]);
});
