import test from 'ava';
import fc from 'fast-check';
import { imageDigest } from '../../../detect/image/index.js';

const image = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }))
  .chain(([width, height, padding]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      stride: fc.constant(width + padding),
      data: fc.uint8Array({ minLength: (width + padding) * height, maxLength: (width + padding) * height }),
    }),
  );

test('a stride changes nothing, and a pixel does', (t) => {
  fc.assert(
    fc.property(image, fc.nat(), fc.integer({ min: 1, max: 255 }), (padded, place, by) => {
      const { width, height, stride } = padded;
      const data = new Uint8Array(width * height);
      for (let i = 0; i < data.length; i++)
        data[i] = padded.data[Math.floor(i / width) * stride + (i % width)];
      const dense = { data, width, height, stride: width };
      const digest = imageDigest(padded);
      t.is(imageDigest(dense), digest);
      t.true(Number.isSafeInteger(digest) && digest >= 0);
      data[place % data.length] += by;
      t.not(imageDigest(dense), digest);
    }),
  );
});

test('sizes with the same bytes differ', (t) => {
  const data = Uint8Array.of(1, 2, 3, 4);
  const digests = [
    imageDigest({ data, width: 4, height: 1, stride: 4 }),
    imageDigest({ data, width: 1, height: 4, stride: 1 }),
    imageDigest({ data, width: 2, height: 2, stride: 2 }),
  ];
  t.is(new Set(digests).size, 3);
});
