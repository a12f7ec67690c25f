import test from 'ava';
import fc from 'fast-check';
import { type GreyImage, integralImages } from '../../../detect/image/index.js';
import { greyImages } from './images.js';

/** What an entry is by its definition. */
function bruteForce(image: GreyImage, x: number, y: number, value: (pixel: number) => number): number {
  let sum = 0;
  for (let row = 0; row < y; row++) {
    for (let column = 0; column < x; column++) sum += value(image.data[row * image.stride + column]);
  }
  return sum;
}

function bruteForceTilted(image: GreyImage, x: number, y: number): number {
  let sum = 0;
  for (let row = 0; row < y; row++) {
    for (let column = 0; column < image.width; column++) {
      if (Math.abs(column - x + 1) <= y - row - 1) sum += image.data[row * image.stride + column];
    }
  }
  return sum;
}

test('integral images, upright, squared and tilted, are those of brute force', (t) => {
  const property = fc.property(greyImages(12), (image) => {
    const { stride, sums, squares, tilted } = integralImages(image);
    for (let y = 0; y <= image.height; y++) {
      for (let x = 0; x <= image.width; x++) {
        const at = y * stride + x;
        if (sums[at] !== bruteForce(image, x, y, (pixel) => pixel)) return false;
        if (squares[at] !== bruteForce(image, x, y, (pixel) => pixel * pixel)) return false;
        if (tilted[at] !== bruteForceTilted(image, x, y)) return false;
      }
    }
    return true;
  });
  t.notThrows(() => fc.assert(property));
});

test('a tilted rectangle is the sum of its own pixels', (t) => {
  // 2 down to the right and 1 down to the left from (2, 0): eight pixels around the middle.
  const data = Uint8Array.from({ length: 30 }, (_, i) => i + 1);
  const { stride, tilted } = integralImages({ data, width: 6, height: 5, stride: 6 });
  const entry = (x: number, y: number) => tilted[y * stride + x];
  const sum = entry(2, 0) - entry(1, 1) - entry(4, 2) + entry(3, 3);
  // Row 0: column 1; row 1: columns 1, 2; row 2: column 2; which are every pixel of the strip once.
  t.is(sum, data[1] + data[7] + data[8] + data[14]);
});

test('sums wrap at 32 bits', (t) => {
  const width = 190;
  const data = new Uint8Array(width * width).fill(255);
  const { squares } = integralImages({ data, width, height: width, stride: width });
  t.is(squares[squares.length - 1], (width * width * 255 * 255) | 0);
  t.true(squares[squares.length - 1] < 0);
});
