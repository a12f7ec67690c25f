import test from 'ava';
import fc from 'fast-check';
import sharp from 'sharp';
import { greyPng } from '../../../detect/image/index.js';

test('a decoder gives the pixels back, padding left out', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(5),
      fc.nat(),
      async (width, height, padding, seed) => {
        const stride = width + padding;
        const data = Uint8Array.from({ length: stride * height }, (_, i) => (i * 37 + seed) % 256);
        const { data: decoded, info } = await sharp(greyPng({ data, width, height, stride }))
          .toColourspace('b-w')
          .raw()
          .toBuffer({ resolveWithObject: true });
        t.deepEqual([info.width, info.height, info.channels], [width, height, 1]);
        for (let y = 0; y < height; y++) {
          t.deepEqual(
            [...decoded.subarray(y * width, (y + 1) * width)],
            [...data.subarray(y * stride, y * stride + width)],
          );
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('an image of several blocks', async (t) => {
  const [width, height] = [400, 400];
  const data = Uint8Array.from({ length: width * height }, (_, i) => (i >> 3) % 256);
  const decoded = await sharp(greyPng({ data, width, height, stride: width }))
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  t.true(decoded.equals(data));
});
